import { ConnectError } from '@connect-chat/sdk';
import { panels } from '../../texts/panels.en.js';

const texts: Readonly<Record<number, string>> = panels.errors.byCode;

/** "in 4 seconds", "in 3 minutes": rounded up, since earlier would be refused again. */
export function waitText(ms: number): string {
    const seconds = Math.max(1, Math.ceil(ms / 1000));
    if (seconds < 100) return panels.errors.inSeconds(seconds);
    const minutes = Math.ceil(seconds / 60);
    return minutes < 100 ? panels.errors.inMinutes(minutes) : panels.errors.inHours(Math.ceil(minutes / 60));
}

/**
 * A fault in words for people, by its number. `special` says what a number means for just this action ("forbidden" when asking for
 * a contact is another thing than when removing a member). The server's own message is for developers and is not shown.
 */
export function errorText(error: unknown, special: Readonly<Record<number, string>> = {}): string {
    if (!(error instanceof ConnectError)) return panels.errors.unexpected;
    const text = special[error.code] ?? texts[error.code];
    const words = text ?? (error.retryable ? panels.errors.tryLater : panels.errors.numbered(error.code));
    return error.retryAfterMs > 0 ? `${words} ${panels.errors.tryAgain(waitText(error.retryAfterMs))}` : words;
}
