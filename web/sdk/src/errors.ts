/** The numbers of the protocol (section 13); frozen. `0` = a fault of this side of the wire, for instance no network. */
export const ErrorCode = {
    network: 0,
    bad_frame: 101,
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
