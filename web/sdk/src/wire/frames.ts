/**
 * The frames of connect.v1.json as plain objects, field by field as in proto/connect/v1: what is absent, zero, false or empty
 * means "not given". A codec of another encoding makes and takes the same objects.
 */

export interface WireEntry {
    conversation?: string;
    seq?: number;
    time?: number;
    cid?: string;
    from?: string;
    kind?: string;
    text?: string;
    change?: { user?: string; role?: string; title?: string; users?: readonly string[] };
}

export interface WirePosition {
    conversation?: string;
    seq?: number;
}

export interface WireMark {
    conversation?: string;
    delivered?: number;
    read?: number;
}

export interface WireSkipped {
    conversation?: string;
    from?: number;
    to?: number;
    why?: string;
}

export interface WireMemberMarks {
    user?: string;
    delivered?: number;
    read?: number;
}

export interface WireSummary {
    id?: string;
    kind?: string;
    title?: string;
    member_count?: number;
    role?: string;
    head?: number;
    last?: WireEntry;
    delivered?: number;
    read?: number;
    unread?: number;
    muted_until?: number;
    request?: boolean;
    others?: WireMemberMarks[];
    delivered_count?: number;
    read_count?: number;
    peer?: string;
    peer_username?: string;
    hidden?: boolean;
}

export interface WireReceipt {
    conversation?: string;
    user?: string;
    delivered?: number;
    read?: number;
    seq?: number;
    delivered_count?: number;
    read_count?: number;
}

export interface WirePresence {
    user?: string;
    online?: boolean;
    since?: number;
}

export interface WireErr {
    code?: number;
    name?: string;
    message?: string;
    retryable?: boolean;
    retry_after_ms?: number;
    field?: string;
}

export interface WireWelcome {
    user?: string;
    session?: string;
    device?: string;
    node?: string;
    incarnation?: string;
    server_time?: number;
    limits?: { frame?: number; text?: number; in_flight?: number; send_rate?: number };
    ping_ms?: number;
    token_expires_at?: number;
    resumed?: string;
    changed?: WirePosition[];
    refresh?: boolean;
    store?: string;
}

export interface WireSent {
    cid?: string;
    conversation?: string;
    seq?: number;
    time?: number;
    duplicate?: boolean;
}

export interface WireSyncPage {
    entries?: WireEntry[];
    skipped?: WireSkipped[];
    more?: boolean;
    synced?: boolean;
    reset?: WirePosition[];
}

export interface WireHistoryPage {
    conversation?: string;
    entries?: WireEntry[];
    skipped?: WireSkipped[];
    has_more_before?: boolean;
    has_more_after?: boolean;
}

/** What a server sends: an id when it answers, and one body. */
export interface ServerFrame {
    id?: number;
    welcome?: WireWelcome;
    ok?: { expires_at?: number };
    sent?: WireSent;
    err?: WireErr;
    sync_page?: WireSyncPage;
    conversations?: { items?: WireSummary[]; next?: string };
    history?: WireHistoryPage;
    readers?: { members?: WireMemberMarks[] };
    entries?: { entries?: WireEntry[] };
    hint?: { hints?: { conversation?: string; head?: number }[] };
    receipts?: { receipts?: WireReceipt[] };
    presence?: { users?: WirePresence[] };
    typing?: { conversation?: string; users?: string[] };
    conversation?: { conversation?: string; over?: boolean; contact?: string };
    lagging?: Record<string, never>;
    token_expiring?: { in_ms?: number };
    ping?: { time?: number };
    go_away?: { reason?: string; reconnect_after_ms?: number; jitter_ms?: number; url?: string };
}

export interface WireHello {
    token: string;
    device_id?: string;
    agent?: string;
    background?: boolean;
    wants?: { receipts?: boolean; presence?: boolean; typing?: boolean };
    resume?: { session: string; incarnation: string; heads?: WirePosition[] };
}

export interface WireSend {
    conversation?: string;
    to?: string;
    cid: string;
    text: string;
    after?: string;
    seen?: number;
}

export interface ConversationsRequest {
    after?: string;
    limit?: number;
    ids?: string[];
    filter?: 'accepted' | 'requests' | 'hidden';
}

export interface HistoryRequest {
    conversation: string;
    before?: number;
    after?: number;
    around?: number;
    limit?: number;
}

/** What a client sends: an id when it asks, and one body. Members in the order of their numbers in the schema. */
export interface ClientFrame {
    id?: number;
    hello?: WireHello;
    auth?: { token: string };
    send?: WireSend;
    mark?: { marks?: WireMark[] };
    typing?: { conversation: string; on?: boolean };
    watch?: { add?: string[]; remove?: string[] };
    state?: { activity: 'active' | 'background'; open?: string[] };
    sync?: { mode: 'all' | 'listed' | 'fresh'; positions?: WirePosition[]; more?: boolean };
    conversations?: ConversationsRequest;
    history?: HistoryRequest;
    readers?: { conversation: string; seq: number };
    pong?: Record<string, never>;
    bye?: Record<string, never>;
    next?: Record<string, never>;
}
