import { createSubscriber } from 'svelte/reactivity';

/** Dates, times and numbers in the language of the browser. */
const language = typeof navigator === 'undefined' ? 'en' : navigator.language;
const numbers = new Intl.NumberFormat(language);
const lists = new Intl.ListFormat(language.startsWith('en') ? language : 'en', { type: 'conjunction' });

function formatsNow() {
    const of = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options);
    return {
        zone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
        clock: of({ hour: 'numeric', minute: '2-digit' }),
        weekday: of({ weekday: 'short' }),
        dayMonth: of({ day: 'numeric', month: 'short' }),
        dayMonthYear: of({ day: 'numeric', month: 'short', year: 'numeric' }),
        longDay: of({ weekday: 'long', day: 'numeric', month: 'long' }),
        longDayYear: of({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
        full: of({ dateStyle: 'medium', timeStyle: 'short' }),
    };
}

/** A format keeps the time zone in which it was made. */
let made = formatsNow();
let changed = (): void => undefined;
const follow = createSubscriber((update) => {
    changed = update;
    return () => (changed = () => undefined);
});

/** The formats; whoever shows something by them shows it anew in another time zone. */
function formats() {
    follow();
    return made;
}

/** Makes the formats anew when the device has come to another time zone. */
export function followZone(): void {
    if (new Intl.DateTimeFormat().resolvedOptions().timeZone === made.zone) return;
    made = formatsNow();
    changed();
}

export const number = (value: number): string => numbers.format(value);
/** "Ann, Bob and Cem". */
export const list = (words: readonly string[]): string => lists.format(words);
export const timeOfDay = (ms: number): string => formats().clock.format(ms);
export const date = (ms: number): string => formats().dayMonthYear.format(ms);
export const dateAndTime = (ms: number): string => formats().full.format(ms);

/** The number of a day by the clock on the wall, to see whether two times are of one day. */
export function dayOf(ms: number): number {
    const date = new Date(ms);
    return date.getFullYear() * 10_000 + (date.getMonth() + 1) * 100 + date.getDate();
}

/** How many midnights lie between two times; negative when `ms` is later. */
export function daysAgo(ms: number, now: number): number {
    const midnight = (time: number) => {
        const date = new Date(time);
        return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
    };
    return Math.round((midnight(now) - midnight(ms)) / 86_400_000);
}

/** Short, for a list: the time today, the weekday this week, else the date. */
export function shortTime(ms: number, now: number): string {
    const days = daysAgo(ms, now);
    if (days <= 0) return timeOfDay(ms);
    const { weekday, dayMonth, dayMonthYear } = formats();
    if (days < 7) return weekday.format(ms);
    return new Date(ms).getFullYear() === new Date(now).getFullYear() ? dayMonth.format(ms) : dayMonthYear.format(ms);
}

/** The heading above the messages of a day. */
export function dayName(ms: number, now: number, words: { today: string; yesterday: string }): string {
    const days = daysAgo(ms, now);
    if (days <= 0) return words.today;
    if (days === 1) return words.yesterday;
    const { longDay, longDayYear } = formats();
    return new Date(ms).getFullYear() === new Date(now).getFullYear() ? longDay.format(ms) : longDayYear.format(ms);
}
