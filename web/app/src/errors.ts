import { t } from './texts/en.js';

interface Fault {
    readonly code: number;
    readonly retryable: boolean;
    readonly retryAfterMs: number;
}

/**
 * By its shape and not by its class: what another tab answers comes as plain data. A number alone is none: the exceptions of the browser
 * have one, too.
 */
function isFault(error: unknown): error is Fault {
    return (
        typeof error === 'object' &&
        error !== null &&
        'code' in error &&
        typeof error.code === 'number' &&
        'retryable' in error
    );
}

export function codeOf(error: unknown): number | undefined {
    return isFault(error) ? error.code : undefined;
}

/** "in 4 seconds", "in 3 minutes": rounded up, since earlier would be refused again. */
export function waitText(ms: number): string {
    const seconds = Math.max(1, Math.ceil(ms / 1000));
    if (seconds < 100) return t.errors.inSeconds(seconds);
    const minutes = Math.ceil(seconds / 60);
    return minutes < 100 ? t.errors.inMinutes(minutes) : t.errors.inHours(Math.ceil(minutes / 60));
}

/**
 * A fault in words for people, by its number. `special` says what a number means for just this action ("forbidden" when asking for
 * a contact is another thing than when removing a member). The server's own message is for developers and is not shown.
 */
export function errorText(error: unknown, special: Readonly<Record<number, string>> = {}): string {
    if (!isFault(error)) return t.errors.unexpected;
    const text = special[error.code] ?? t.errors.byCode[error.code];
    const words = text ?? (error.retryable ? t.errors.tryLater : t.errors.numbered(error.code));
    return error.retryAfterMs > 0 ? `${words} ${t.errors.tryAgain(waitText(error.retryAfterMs))}` : words;
}
