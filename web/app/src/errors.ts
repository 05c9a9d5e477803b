import { t } from './texts/en.js';

interface Fault {
    readonly code: number;
    readonly retryAfterMs: number;
}

/** By its shape: a fault may come from another tab, where it is of another class. */
function isFault(error: unknown): error is Fault {
    return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number';
}

export function codeOf(error: unknown): number | undefined {
    return isFault(error) ? error.code : undefined;
}

/** A fault in words for people, by its number; the server's own words are for developers. */
export function errorText(error: unknown, special: Readonly<Record<number, string>> = {}): string {
    if (!isFault(error)) return t.errors.unexpected;
    const words = special[error.code] ?? t.errors.byCode[error.code] ?? t.errors.numbered(error.code);
    const wait = error.retryAfterMs > 0 ? ` ${t.errors.wait(Math.ceil(error.retryAfterMs / 1000))}` : '';
    return words + wait;
}
