import { t } from '../texts/en.js';

/** The rule of the server for usernames; upper and lower case are the same name. */
const username = /^[a-z0-9][a-z0-9._-]{2,31}$/;

/** As the server compares it, or absent when no account can have this name. */
export function asUsername(typed: string): string | undefined {
    const name = typed.trim().replace(/^@/, '').toLowerCase();
    return username.test(name) ? name : undefined;
}

/** What the server says against the length of a new password; absent when nothing. */
export function passwordLength(password: string): 'too_short' | 'too_long' | undefined {
    const characters = [...password].length;
    if (characters < 8) return 'too_short';
    return characters > 128 || new TextEncoder().encode(password).length > 512 ? 'too_long' : undefined;
}

/** What is wrong with a name, in words; empty when nothing is. A login asks only that there is one. */
export function usernameFault(typed: string, fresh: boolean): string {
    const name = typed.trim().toLowerCase();
    if (name === '') return t.signIn.nameMissing;
    return fresh && !username.test(name) ? t.signIn.nameBad : '';
}

export function passwordFault(password: string, fresh: boolean): string {
    if (password === '') return t.signIn.passwordMissing;
    if (!fresh) return '';
    const fault = passwordLength(password);
    if (fault === undefined) return '';
    return fault === 'too_short' ? t.signIn.passwordShort : t.signIn.passwordLong;
}
