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

export type ErrorWord = keyof typeof ErrorCode;

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

function wordOf(table: Readonly<Record<string, number>>, code: number): string {
    for (const word in table) if (table[word] === code) return word;
    return 'unknown';
}
