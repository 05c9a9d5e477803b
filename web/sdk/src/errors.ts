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

/** A ConnectError as plain data: what can be kept in a store and cloned into another tab. */
export interface ErrorData {
    readonly code: number;
    readonly word: string;
    readonly message: string;
    readonly retryable: boolean;
    readonly retryAfterMs: number;
    readonly field: string;
    readonly close: number;
}

export const packError = ({ code, word, message, retryable, retryAfterMs, field, close }: ConnectError): ErrorData => ({
    code,
    word,
    message,
    retryable,
    retryAfterMs,
    field,
    close,
});

export const unpackError = (data: ErrorData): ConnectError =>
    new ConnectError(data.code, data.word, data.message, data.retryable, data.retryAfterMs, data.field, data.close);

/** Whatever was thrown, as a ConnectError: what is not a clear refusal may be better next time. */
export const asConnectError = (error: unknown): ConnectError =>
    error instanceof ConnectError
        ? error
        : new ConnectError(
              ErrorCode.unavailable,
              'unavailable',
              error instanceof Error ? error.message : String(error),
              true,
          );
