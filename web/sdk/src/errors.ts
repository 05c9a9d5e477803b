/** The numbers of the protocol (section 13); frozen. `0` = a fault of this side of the wire, for instance no network. */
export const ErrorCode = {
    network: 0,
    bad_frame: 101,
    too_large: 102,
    unknown_type: 103,
    hello_expected: 104,
    unsupported_version: 105,
    unauthenticated: 201,
    token_expired: 202,
    forbidden: 203,
    not_found: 301,
    invalid: 302,
    conflict: 303,
    predecessor: 304,
    too_old: 305,
    not_member: 306,
    group_full: 307,
    rate_limited: 401,
    overloaded: 402,
    internal: 501,
    unavailable: 502,
    unknown_outcome: 503,
} as const;

/** The codes with which the server closes a socket (section 14); frozen. */
export const CloseCode = {
    going_away: 4001,
    slow_consumer: 4002,
    ping_timeout: 4003,
    token_expired: 4004,
    overloaded: 4005,
    bad_protocol: 4500,
    unauthenticated: 4501,
    account_disabled: 4502,
    upgrade_required: 4503,
    too_many_devices: 4504,
    replaced_by_same_device: 4505,
} as const;

/** A refusal of the server, or a fault that the SDK cannot mend by trying again. */
export class ConnectError extends Error {
    override readonly name = 'ConnectError';
    constructor(
        /** One of the numbers of the protocol; a number this version does not know is kept. */
        readonly code: number,
        /** The same as a word, for instance `rate_limited`. */
        readonly word: string,
        message: string,
        readonly retryable = false,
        readonly retryAfterMs = 0,
        /** The part of the request that is at fault. */
        readonly field = '',
        /** The close code of the socket when the server closed it for good. */
        readonly close = 0,
    ) {
        super(message);
    }
}

/** An error as plain data, to be stored or sent to another tab. */
export interface ErrorData {
    readonly code: number;
    readonly word: string;
    readonly message: string;
    readonly retryable: boolean;
    readonly retryAfterMs: number;
    readonly field: string;
    readonly close: number;
}

export function packError({ code, word, message, retryable, retryAfterMs, field, close }: ConnectError): ErrorData {
    return { code, word, message, retryable, retryAfterMs, field, close };
}

export function unpackError(data: ErrorData): ConnectError {
    const { code, word, message, retryable, retryAfterMs, field, close } = data;
    return new ConnectError(code, word, message, retryable, retryAfterMs, field, close);
}

/** Whatever was thrown, as a ConnectError: what is not a clear refusal may be better next time. */
export function asConnectError(error: unknown): ConnectError {
    if (error instanceof ConnectError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new ConnectError(ErrorCode.unavailable, 'unavailable', message, true);
}

/** The word of a number; of one this version does not know: `unknown`. */
export function errorWord(code: number): string {
    return wordOf(ErrorCode, code);
}

/** The word of a close code; empty when it is none of the protocol's. */
export function closeWord(code: number): string {
    const word = wordOf(CloseCode, code);
    return word === 'unknown' ? '' : word;
}

/** Whether the same request may succeed later, as far as this version knows; what the server says takes precedence. */
export function isRetryable(code: number): boolean {
    return code === 0 || code === ErrorCode.predecessor || (code >= 400 && code < 600);
}

/** Whether to connect again after the server closed with this code. */
export function shouldReconnect(close: number): boolean {
    return close < 4500 || close > 4999;
}

/** A fault of this side of the wire: no network, no answer in time. Always worth another try. */
export function networkError(message: string, cause?: unknown): ConnectError {
    const error = new ConnectError(ErrorCode.network, 'network', message, true);
    if (cause !== undefined) error.cause = cause;
    return error;
}

function wordOf(table: Readonly<Record<string, number>>, code: number): string {
    for (const word in table) if (table[word] === code) return word;
    return 'unknown';
}
