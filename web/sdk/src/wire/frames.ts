/**
 * The frames of connect.v1.json as plain objects, field by field as in proto/connect/v1: what is absent, zero, false or empty
 * means "not given". A codec of another encoding makes and takes the same objects.
 */

export interface WireEntry {
    conversation?: string | undefined;
    seq?: number | undefined;
    time?: number | undefined;
    cid?: string | undefined;
    from?: string | undefined;
    kind?: string | undefined;
    text?: string | undefined;
    change?: { user?: string; role?: string; title?: string; users?: readonly string[] };
}

export interface WirePosition {
    conversation?: string | undefined;
    seq?: number | undefined;
}

export interface WireMark {
    conversation?: string | undefined;
    delivered?: number | undefined;
    read?: number | undefined;
}

export interface WireSkipped {
    conversation?: string | undefined;
    from?: number | undefined;
    to?: number | undefined;
    why?: string | undefined;
}

export interface WireSpan {
    from?: number | undefined;
    to?: number | undefined;
}

export interface WireMemberMarks {
    user?: string | undefined;
    delivered?: number | undefined;
    read?: number | undefined;
    ended?: readonly WireSpan[] | undefined;
}

export interface WireSummary {
    id?: string | undefined;
    kind?: string | undefined;
    title?: string | undefined;
    member_count?: number | undefined;
    role?: string | undefined;
    head?: number | undefined;
    last?: WireEntry | undefined;
    delivered?: number | undefined;
    read?: number | undefined;
    unread?: number | undefined;
    muted_until?: number | undefined;
    request?: boolean | undefined;
    others?: WireMemberMarks[] | undefined;
    delivered_count?: number | undefined;
    read_count?: number | undefined;
    peer?: string | undefined;
    peer_username?: string | undefined;
    hidden?: boolean | undefined;
    ended?: readonly WireSpan[] | undefined;
}

export interface WireReceipt {
    conversation?: string | undefined;
    user?: string | undefined;
    delivered?: number | undefined;
    read?: number | undefined;
    seq?: number | undefined;
    delivered_count?: number | undefined;
    read_count?: number | undefined;
    ended?: readonly WireSpan[] | undefined;
}

export interface WirePresence {
    user?: string | undefined;
    online?: boolean | undefined;
    since?: number | undefined;
}

export interface WireErr {
    code?: number | undefined;
    name?: string | undefined;
    message?: string | undefined;
    retryable?: boolean | undefined;
    retry_after_ms?: number | undefined;
    field?: string | undefined;
}

export interface WireWelcome {
    user?: string | undefined;
    session?: string | undefined;
    device?: string | undefined;
    node?: string | undefined;
    incarnation?: string | undefined;
    server_time?: number | undefined;
    limits?: {
        frame?: number;
        text?: number;
        in_flight?: number;
        send_rate?: number;
        undelivered_ttl?: number;
    };
    ping_ms?: number | undefined;
    token_expires_at?: number | undefined;
    resumed?: string | undefined;
    changed?: WirePosition[] | undefined;
    refresh?: boolean | undefined;
    store?: string | undefined;
}

export interface WireSent {
    cid?: string | undefined;
    conversation?: string | undefined;
    seq?: number | undefined;
    time?: number | undefined;
    duplicate?: boolean | undefined;
}

export interface WireSyncPage {
    entries?: WireEntry[] | undefined;
    skipped?: WireSkipped[] | undefined;
    more?: boolean | undefined;
    synced?: boolean | undefined;
    reset?: WirePosition[] | undefined;
}

export interface WireHistoryPage {
    conversation?: string | undefined;
    entries?: WireEntry[] | undefined;
    skipped?: WireSkipped[] | undefined;
    has_more_before?: boolean | undefined;
    has_more_after?: boolean | undefined;
}

/** What a server sends: an id when it answers, and one body. */
export interface ServerFrame {
    id?: number | undefined;
    welcome?: WireWelcome | undefined;
    ok?: { expires_at?: number };
    sent?: WireSent | undefined;
    err?: WireErr | undefined;
    sync_page?: WireSyncPage | undefined;
    conversations?: { items?: WireSummary[]; next?: string };
    history?: WireHistoryPage | undefined;
    readers?: { members?: WireMemberMarks[] };
    entries?: { entries?: WireEntry[] };
    hint?: { hints?: { conversation?: string; head?: number }[] };
    receipts?: { receipts?: WireReceipt[] };
    presence?: { users?: WirePresence[] };
    typing?: { conversation?: string; users?: string[] };
    conversation?: { conversation?: string; over?: boolean; contact?: string };
    lagging?: Record<string, never> | undefined;
    token_expiring?: { in_ms?: number };
    ping?: { time?: number };
    go_away?: { reason?: string; reconnect_after_ms?: number; jitter_ms?: number; url?: string };
}

export interface WireHello {
    token: string;
    device_id?: string | undefined;
    agent?: string | undefined;
    background?: boolean | undefined;
    wants?: { receipts?: boolean; presence?: boolean; typing?: boolean };
    resume?: { session: string; incarnation: string; heads?: WirePosition[] } | undefined;
}

export interface WireSend {
    conversation?: string | undefined;
    to?: string | undefined;
    cid: string;
    text: string;
    after?: string | undefined;
    seen?: number | undefined;
}

export interface ConversationsRequest {
    after?: string | undefined;
    limit?: number | undefined;
    ids?: string[] | undefined;
    filter?: 'accepted' | 'requests' | 'hidden' | undefined;
}

export interface HistoryRequest {
    conversation: string;
    before?: number | undefined;
    after?: number | undefined;
    around?: number | undefined;
    limit?: number | undefined;
}

/** What a client sends: an id when it asks, and one body. Members in the order of their numbers in the schema. */
export interface ClientFrame {
    id?: number | undefined;
    hello?: WireHello | undefined;
    auth?: { token: string };
    send?: WireSend | undefined;
    mark?: { marks?: WireMark[] };
    typing?: { conversation: string; on?: boolean };
    watch?: { add?: string[]; remove?: string[] };
    state?: { activity: 'active' | 'background'; open?: string[] };
    sync?: { mode: 'all' | 'listed' | 'fresh'; positions?: WirePosition[]; more?: boolean };
    conversations?: ConversationsRequest | undefined;
    history?: HistoryRequest | undefined;
    readers?: { conversation: string; seq: number };
    pong?: Record<string, never> | undefined;
    bye?: Record<string, never> | undefined;
    next?: Record<string, never> | undefined;
}
