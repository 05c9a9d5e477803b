/** How long a conversation makes no noise. */
export type MuteChoice = 'hour' | 'eight_hours' | 'week' | 'always';

export const muteChoices: readonly MuteChoice[] = ['hour', 'eight_hours', 'week', 'always'];

const hour = 60 * 60 * 1000;

/** The last millisecond of the year 9999, which every client can show as a date. */
export const always = 253_402_300_799_999;

/** From here on "until" is no date that anybody waits for. */
const century = 100 * 365 * 24 * hour;

export function muteUntil(choice: MuteChoice, now: number): number {
    switch (choice) {
        case 'hour':
            return now + hour;
        case 'eight_hours':
            return now + 8 * hour;
        case 'week':
            return now + 7 * 24 * hour;
        case 'always':
            return always;
    }
}

/** Absent: not muted (any more). */
export function muteState(until: number | undefined, now: number): 'off' | 'until' | 'always' {
    if (until === undefined || until <= now) return 'off';
    return until - now > century ? 'always' : 'until';
}
