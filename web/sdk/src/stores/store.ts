import type { LogItem } from '../entries.js';
import type { ErrorData } from '../errors.js';
import type { WireSummary } from '../wire/frames.js';
import type { Limits } from '../wire/limits.js';

/** A message in the outbox, or one that was refused for good and is not yet discarded (`error`). */
export interface StoredMessage {
    /** Its place: rising in the order of sending, never used again. */
    readonly id: number;
    readonly conversation: string;
    /** The other user of a direct conversation that may not exist yet; else empty. */
    readonly to: string;
    readonly cid: string;
    readonly text: string;
    /** When it was composed, in ms by the server's clock. */
    readonly time: number;
    /** The highest seq on screen when it was written; 0 = not told. */
    readonly seen: number;
    /** It may have reached a socket: from here on its cid stays and it is not discarded. */
    readonly transmitted: boolean;
    readonly error?: ErrorData | undefined;
    readonly perhapsSent?: boolean | undefined;
}

/** What a device knows of a conversation, beside its entries. */
export interface StoredConversation {
    readonly id: string;
    /** The position: the highest seq up to and including which nothing is missing. */
    readonly held: number;
    /** The user's own marks as they are to be told, and what the server confirmed of them. */
    readonly delivered: number;
    readonly read: number;
    readonly confirmedDelivered: number;
    readonly confirmedRead: number;
    /** Of a direct conversation that was found by name: the other user. */
    readonly peer?: string | undefined;
    readonly username?: string | undefined;
    /** What the server said of it last. */
    readonly told?: WireSummary | undefined;
}

/** Changes that a store takes all together or not at all, in this order. */
export interface StoreBatch {
    /** Single values by name; undefined removes one. */
    meta: Record<string, unknown>;
    /** Conversations of which all items that end above `above` are to be forgotten. */
    dropped: { conversation: string; above: number }[];
    /** What follows in the logs, ascending in each. */
    items: LogItem[];
    /** Whole records that replace those of the same id. */
    conversations: StoredConversation[];
    /** Whole records that replace those of the same id. */
    outbox: StoredMessage[];
    outboxRemoved: number[];
}

/** What a store holds when a client starts. */
export interface StoredState {
    readonly meta: Readonly<Record<string, unknown>>;
    readonly conversations: readonly StoredConversation[];
    /** Ascending by id. */
    readonly outbox: readonly StoredMessage[];
}

/** What a device remembers. One client (of one tab) uses it at a time; batches come one after the other. */
export interface ConnectStore {
    /** Who calls it uses the store from now on: where two can reach it, a batch of one that loaded before is refused. */
    load(): Promise<StoredState>;
    /** Takes a batch, all of it or nothing; it is durable when this resolves. */
    apply(batch: Readonly<StoreBatch>): Promise<void>;
    /** Kept items of a conversation that end above `after` and begin below `before`, ascending, the lowest `limit` of them. */
    read(conversation: string, after: number, before: number, limit: number): Promise<readonly LogItem[]>;
    /**
     * Forgets what it holds: the login is over. With `keepOutbox` what waits to be sent stays, and whose it is, for the next
     * login of the same user.
     */
    clear(keepOutbox?: boolean): Promise<void>;
    close(): Promise<void>;
}

/** `meta` names that the SDK uses: who the store belongs to, the device, which life of its data the server leads, and the login. */
export interface StoredMeta {
    user?: string | undefined;
    username?: string | undefined;
    device?: string | undefined;
    store?: string | undefined;
    refresh?: string | undefined;
    /** What the server said last that it takes. */
    limits?: Limits | undefined;
}

export const emptyBatch = (): StoreBatch => ({
    meta: {},
    dropped: [],
    items: [],
    conversations: [],
    outbox: [],
    outboxRemoved: [],
});

export const isEmptyBatch = (batch: StoreBatch): boolean =>
    Object.values(batch).every((part: object) => Object.keys(part).length === 0);
