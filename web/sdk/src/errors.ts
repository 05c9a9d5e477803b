import type { ErrorWord } from './codes.js';

/** Numbers of the protocol that the SDK decides by or gives faults of its own; written into the code, unlike those of `/codes`. */
export const enum Code {
    network = 0,
    too_large = 102,
    unauthenticated = 201,
    token_expired = 202,
    forbidden = 203,
    not_found = 301,
    invalid = 302,
    too_old = 305,
    rate_limited = 401,
    overloaded = 402,
    internal = 501,
    unavailable = 502,
    unknown_outcome = 503,
}

/** The server rejected something, or an error occurred that retrying cannot fix. */
export class ConnectError extends Error {
    override readonly name = 'ConnectError';
    constructor(
        /** The protocol's error code; codes this version does not know are passed through. */
        readonly code: number,
        /** The same as a word, such as `rate_limited`. */
        readonly word: ErrorWord | (string & {}),
        message: string,
        readonly retryable = false,
        readonly retryAfterMs = 0,
        /** The field of the request that is at fault. */
        readonly field = '',
        /** The WebSocket close code, if the server closed the connection for good. */
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

/** `message` is the one of its properties that is not copied with the others. */
export function packError(error: ConnectError): ErrorData {
    return { ...error, message: error.message };
}

export function unpackError(data: ErrorData): ConnectError {
    return Object.assign(new ConnectError(data.code, data.word, data.message), data);
}

/** A fault of this side. */
export const fault = (code: Code, word: ErrorWord, message: string, retryable = false, close = 0): ConnectError =>
    new ConnectError(code, word, message, retryable, 0, '', close);

/** What may be better soon. */
export const unavailable = (message: string): ConnectError => fault(Code.unavailable, 'unavailable', message, true);

/** Whether an error says that the token is not, or no longer, good. */
export const isOfToken = ({ code }: ConnectError): boolean =>
    code === Code.unauthenticated || code === Code.token_expired;

/** What an error says of itself. */
export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whatever was thrown, as a ConnectError: what is not a clear refusal may be better next time. */
export const asConnectError = (error: unknown): ConnectError =>
    error instanceof ConnectError ? error : unavailable(textOf(error));

/** A fault of this side of the wire: no network, no answer in time. Always worth another try. */
export function networkError(message: string, cause?: unknown): ConnectError {
    const error = fault(Code.network, 'network', message, true);
    // As the constructor of an error would, so that it is not copied with the rest.
    if (cause !== undefined)
        Object.defineProperty(error, 'cause', { value: cause, writable: true, configurable: true });
    return error;
}
