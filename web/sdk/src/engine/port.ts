/**
 * All that views and conversations need of the engine. Every argument, result and event may be cloned into another tab, but for
 * ConnectErrors: pack them with `packError` on the way (they stand in `StateChange.error`, in `Outgoing.error`, and are thrown by
 * `call`). A tab that has no engine of its own speaks to that of another one through this door alone.
 */
import type {
    ConnectEvent,
    ConnectionState,
    ConversationItem,
    LogItem,
    MemberPlace,
    Outgoing,
    ReceiptCounts,
    StateChange,
} from '../api.js';
import type { ConversationsRequest, HistoryRequest, ServerFrame } from '../wire/frames.js';

/** Everything known of a conversation but its entries. */
export interface Room {
    readonly id: string;
    /** What the server said of it, with what happened since; absent while it has said nothing. */
    readonly item?: ConversationItem | undefined;
    /** What waits there and what failed, in the order of sending. */
    readonly outgoing: readonly Outgoing[];
    /** The position: all items up to here are in the store, or were too old for it. */
    readonly held: number;
    readonly read: number;
    readonly others: readonly MemberPlace[];
    readonly counts?: ReceiptCounts | undefined;
    readonly typing: readonly string[];
    readonly over: boolean;
}

export interface PortState {
    readonly change: StateChange;
    readonly user: string;
    /** The server's clock minus this machine's, in ms. */
    readonly clock: number;
    /** UTF-8 bytes of a text. */
    readonly textLimit: number;
    /** How long a message waits for a member, in ms. */
    readonly undeliveredTtl: number;
    /** The server's list of conversations was read at least once. */
    readonly complete: boolean;
}

/** The events of the application, in order, with two more that only views are told. */
export type PortEvent =
    | ConnectEvent
    | { readonly type: 'state'; readonly state: PortState }
    /** Something in a room changed; told once after all events of one step. */
    | { readonly type: 'room'; readonly room: Room };

/** Questions to the server; each waits for a connection, and is asked again on the next one. */
export type Question =
    | { readonly conversations: ConversationsRequest }
    | { readonly history: HistoryRequest }
    | { readonly readers: { readonly conversation: string; readonly seq: number } };

/**
 * `holder` names who wants something (a view, a tab): each holder for itself, and all of a holder's is given up with
 * `release(prefix)`, which ends every holder whose name begins so.
 */
export interface EngineCalls {
    /** Resolves when live, or at once when it must wait for a connection. */
    connect(): ConnectionState;
    disconnect(): void;
    /**
     * Somebody looks again, or the `network` went or came: what waits is tried soon, and a connection that does not answer is given
     * up before the heartbeat would tell.
     */
    wake(network?: boolean): void;
    /** Durable in the outbox when it resolves. `to`: the other user of a direct conversation that may not exist yet. With a `cid` of
     * the caller's (made now) it may be asked for again and is the same message. */
    send(conversation: string, text: string, seen: number, to: string, cid?: string): string;
    /** Resolves with the ack, rejects with the final refusal or the discarding. */
    sent(cid: string): { conversation: string; seq: number; time: number };
    outgoing(): readonly Outgoing[];
    discard(cid: string): boolean;
    /** The new cid. */
    retry(cid: string): string;
    markRead(conversation: string, seq: number): void;
    typing(conversation: string, on: boolean): void;
    /** What this holder has on screen. */
    setOpen(holder: string, conversations: readonly string[]): void;
    /** Whether somebody looks at this holder; the session is in the background when nobody looks at any. */
    setActive(holder: string, active: boolean): void;
    /** Exactly these users from now on, for this holder. */
    watch(holder: string, users: readonly string[]): void;
    release(prefix: string): void;
    rooms(): readonly Room[];
    room(conversation: string): Room;
    /** The direct conversation with a user, found by name, is known from now on. */
    learn(conversation: string, user: string, username: string): void;
    /** The list of the server has to be read again, for this conversation or for all. */
    refresh(conversation?: string): void;
    /** Of the store: the lowest `limit` items that end above `after` and begin below `before`. */
    read(conversation: string, after: number, before: number, limit: number): readonly LogItem[];
    ask(question: Question): ServerFrame;
}

export interface EnginePort {
    /** The newest state that was told. */
    readonly state: PortState;
    call<M extends keyof EngineCalls>(
        method: M,
        ...args: Parameters<EngineCalls[M]>
    ): Promise<ReturnType<EngineCalls[M]>>;
    onEvent(listener: (event: PortEvent) => void): () => void;
    close(): Promise<void>;
}

/** Nobody waits for it, and nobody is told when it fails. */
export const inPassing = (work: Promise<unknown>): void => void work.catch(() => undefined);
