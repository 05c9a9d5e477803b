/** The rule of the server for usernames; upper and lower case are the same name. */
const username = /^[a-z0-9][a-z0-9._-]{2,31}$/;

/** As the server compares it, or absent when no account can have this name. */
export function asUsername(typed: string): string | undefined {
    const name = typed.trim().replace(/^@/, '').toLowerCase();
    return username.test(name) ? name : undefined;
}

export type TitleFault = 'empty' | 'too_long' | 'control';

const titleBytes = 256;

/** What is wrong with the title of a group; absent when nothing is. Titles are kept as they are typed. */
export function titleFault(title: string): TitleFault | undefined {
    if (title.trim() === '') return 'empty';
    if (new TextEncoder().encode(title).length > titleBytes) return 'too_long';
    return /\p{Cc}/u.test(title) ? 'control' : undefined;
}

export type PasswordFault = 'too_short' | 'too_long' | 'same' | 'differs';

/** What is wrong with a new password that was typed twice; absent when nothing is. */
export function passwordFault(current: string, next: string, again: string): PasswordFault | undefined {
    const characters = [...next].length;
    if (characters < 8) return 'too_short';
    if (characters > 128 || new TextEncoder().encode(next).length > 512) return 'too_long';
    if (next === current) return 'same';
    return next === again ? undefined : 'differs';
}
