import { passwordLength } from '../../logic/credentials.js';

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
    const fault = passwordLength(next);
    if (fault !== undefined) return fault;
    if (next === current) return 'same';
    return next === again ? undefined : 'differs';
}
