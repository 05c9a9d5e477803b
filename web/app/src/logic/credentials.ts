import { t } from '../texts/en.js';

/** The rule of the server; upper and lower case are the same name. */
const username = /^[a-z0-9][a-z0-9._-]{2,31}$/;

/** What is wrong with a name, in words; empty when nothing is. A login asks only that there is one. */
export function usernameFault(typed: string, fresh: boolean): string {
    const name = typed.trim().toLowerCase();
    if (name === '') return t.signIn.nameMissing;
    return fresh && !username.test(name) ? t.signIn.nameBad : '';
}

export function passwordFault(password: string, fresh: boolean): string {
    if (password === '') return t.signIn.passwordMissing;
    if (!fresh) return '';
    const characters = [...password].length;
    if (characters < 8) return t.signIn.passwordShort;
    return characters > 128 || new TextEncoder().encode(password).length > 512 ? t.signIn.passwordLong : '';
}
