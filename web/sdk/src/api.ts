/**
 * The public types of the SDK. They use the terms of the protocol (proto/connect/v1/README.md). Times are milliseconds since
 * 1970-01-01 UTC on the server's clock; seqs and times stay below 2^53. All data is plain, must not be modified, and can be
 * cloned into another tab.
 */
import type { Entry, LogItem, Role } from './entries.js';
import type { ConnectError } from './errors.js';

export type { Entry, EntryChange, EntryKind, LogItem, Role, Skipped } from './entries.js';

// ---- data ------------------------------------------------------------------------------------------------------

/**
 * `offline`: not started, closed, or stopped by an error that needs attention. `connecting`: connecting, or waiting to retry;
 * messages stay in the outbox. `syncing`: connected and catching up; messages are being sent. `live`: connected and up to date.
 */
export type ConnectionState = 'offline' | 'connecting' | 'syncing' | 'live';

export interface StateChange {
    readonly state: ConnectionState;
    /** While connecting, why the last attempt failed; when offline, why the client stopped. */
    readonly error?: ConnectError | undefined;
    /** Milliseconds until the next attempt. */
    readonly retryInMs?: number | undefined;
}

/**
 * `queued`: in the outbox. `sending`: transmitted but not yet acknowledged; can no longer be discarded. `failed`: rejected for
 * good.
 */
export type OutgoingState = 'queued' | 'sending' | 'sent' | 'failed';

/** A message from this device that is in the outbox, or was rejected for good and not yet discarded. */
export interface Outgoing {
    readonly cid: string;
    /** The conversation's id; empty until the first message to a user has been acknowledged. */
    readonly conversation: string;
    /** The recipient, when the conversation did not exist yet. */
    readonly to?: string | undefined;
    readonly text: string;
    readonly time: number;
    readonly state: OutgoingState;
    readonly seq?: number | undefined;
    readonly error?: ConnectError | undefined;
    /** It had been transmitted before it was rejected: show it as "perhaps not sent". */
    readonly perhapsSent?: boolean | undefined;
    /** Whether it can be discarded: it was never transmitted, or was rejected for good. */
    readonly discardable: boolean;
}

/** A range of seqs, both ends included. */
export interface SeqSpan {
    readonly from: number;
    readonly to: number;
}

/** How far a member has received and read. */
export interface MemberPlace {
    readonly user: string;
    readonly delivered: number;
    readonly read: number;
    /** What is at or below `delivered` and did not come in time all the same: neither delivered nor read. Absent: nothing. */
    readonly ended?: readonly SeqSpan[] | undefined;
}

/** In groups of more than 50 members: how many others have received and read this user's message `seq`. */
export interface ReceiptCounts {
    readonly seq: number;
    readonly delivered: number;
    readonly read: number;
}

export interface UserPresence {
    readonly user: string;
    readonly online: boolean;
    readonly since?: number | undefined;
}

/** A conversation as shown in the user's list. */
export interface ConversationItem {
    readonly id: string;
    readonly kind: 'direct' | 'group';
    /** The title of a group, or the other user's name; empty if that account was deleted. */
    readonly title: string;
    /** The other user's id in a direct conversation; else empty. */
    readonly peer: string;
    readonly memberCount: number;
    readonly role: Role;
    readonly head: number;
    readonly last?: Entry | undefined;
    readonly delivered: number;
    readonly read: number;
    /** Messages from others above the read mark; 100 means "99+". */
    readonly unread: number;
    /** A message request: someone who is not a contact wrote first, and this user has neither accepted nor answered. */
    readonly request: boolean;
    readonly hidden: boolean;
    readonly mutedUntil?: number | undefined;
    /** The marks of the other members, in conversations of up to 50. */
    readonly others: readonly MemberPlace[];
    readonly counts?: ReceiptCounts | undefined;
    readonly typing: readonly string[];
    /** Presence of the other user in a direct conversation; absent if unknown or not visible to this user. */
    readonly presence?: UserPresence | undefined;
    /** The newest message from this device that is still on its way, if any. */
    readonly outgoing?: Outgoing | undefined;
}

/** A snapshot of the conversation list. */
export interface ConversationList {
    /** Sorted by latest activity; includes requests and hidden conversations. */
    readonly items: readonly ConversationItem[];
    /** Whether the server's list has been read at least once; until then, this is what the store holds. */
    readonly complete: boolean;
}

/** A snapshot of one conversation. */
export interface ConversationContent {
    readonly conversation: string;
    /** Its entry in the list; absent while it is not known. */
    readonly info?: ConversationItem | undefined;
    /** In ascending order, without gaps. */
    readonly items: readonly LogItem[];
    /** Messages waiting in the outbox and failed ones, in sending order. */
    readonly outgoing: readonly Outgoing[];
    readonly read: number;
    readonly others: readonly MemberPlace[];
    readonly counts?: ReceiptCounts | undefined;
    readonly typing: readonly string[];
    /** Whether there is something older to load; false means that the first item is the beginning. */
    readonly hasOlder: boolean;
    /** Whether it has ended for this user (left or removed): nothing can be sent. */
    readonly over: boolean;
}

// ---- events ----------------------------------------------------------------------------------------------------

export type ConnectEvent =
    | LogItem
    /** The server was restored from a backup: entries above `above` are gone. */
    | { readonly type: 'reset'; readonly conversation: string; readonly above: number }
    | {
          readonly type: 'sent';
          readonly cid: string;
          readonly conversation: string;
          readonly seq: number;
          readonly time: number;
      }
    | { readonly type: 'send_failed'; readonly message: Outgoing }
    | { readonly type: 'outbox'; readonly conversation: string }
    | { readonly type: 'receipt'; readonly conversation: string; readonly place: MemberPlace }
    | { readonly type: 'receipt_counts'; readonly conversation: string; readonly counts: ReceiptCounts }
    | { readonly type: 'typing'; readonly conversation: string; readonly users: readonly string[] }
    | { readonly type: 'presence'; readonly presence: UserPresence }
    /** A conversation is new, has changed in the list, or has ended for this user. */
    | { readonly type: 'conversation'; readonly conversation: string; readonly over: boolean }
    /** The contact with this user or a block has changed: reload contacts and blocks. */
    | { readonly type: 'contact'; readonly user: string };

// ---- doors -----------------------------------------------------------------------------------------------------

/** An immutable snapshot, and a notification for each newer one. */
export interface View<T> {
    readonly current: T;
    /**
     * Calls the listener with the current snapshot at once, then with each newer one (so it works as a Svelte store). Returns a
     * function that unsubscribes.
     */
    subscribe(listener: (value: T) => void): () => void;
    close(): void;
}

export interface ConversationView extends View<ConversationContent> {
    /** Loads about `count` (1 to 200) older items, from the store or the server. */
    loadOlder(count?: number): Promise<void>;
}

export interface SendOptions {
    /** The highest seq on screen; advances the read mark to it. */
    readonly seen?: number | undefined;
}

export interface SentMessage {
    readonly cid: string;
    readonly conversation: string;
    readonly seq: number;
    readonly time: number;
}

/** What `send` returns once the message is in the outbox. */
export interface SendHandle {
    readonly cid: string;
    /** Resolves at the server's acknowledgement; rejects with a ConnectError if it was rejected for good or discarded. */
    readonly sent: Promise<SentMessage>;
}

/** A conversation, as far as the socket goes; `FullConversation` adds what needs HTTP. */
export interface Conversation {
    readonly id: string;
    /** Resolves once the message is durable in the outbox. */
    send(text: string, options?: SendOptions): Promise<SendHandle>;
    markRead(seq: number): Promise<void>;
    /** Call it on every keystroke; it is throttled and stops by itself. */
    typing(): void;
    stopTyping(): void;
    openView(): Promise<ConversationView>;
    readers(seq: number): Promise<readonly MemberPlace[]>;
}

/** A client, as far as the socket goes; `FullClient` adds what needs HTTP. */
export interface Client {
    readonly state: StateChange;
    /** This user's id; empty until known. */
    readonly user: string;
    /** The longest text of a message, in UTF-8 bytes: the server's limit as last known. It may change whenever `state` does. */
    readonly textLimit: number;
    /** The current time on the server's clock, as accurately as it is known. */
    now(): number;
    /** Messages that are older have ended for the members to whom they are still undelivered: `hasEnded`. */
    endedBefore(): number;
    /**
     * Connects and stays connected, reconnecting as needed. Resolves when live, or as soon as it has to wait for a connection.
     */
    connect(): Promise<ConnectionState>;
    disconnect(): Promise<void>;
    /** Disconnects and releases the store and the other tabs. */
    close(): Promise<void>;
    onState(listener: (change: StateChange) => void): () => void;
    onEvent(listener: (event: ConnectEvent) => void): () => void;
    conversation(id: string): Conversation;
    openList(): Promise<View<ConversationList>>;
    outgoing(): Promise<readonly Outgoing[]>;
    /** Resolves to false if the message may already have been transmitted. */
    discard(cid: string): Promise<boolean>;
    /** Puts a rejected message back into the outbox, under a new cid. */
    retry(cid: string): Promise<SendHandle>;
    /** Tell it when the app goes to the background: it then gets no typing or presence updates. */
    setActive(active: boolean): void;
    watch(users: readonly string[]): void;
    unwatch(users: readonly string[]): void;
    presence(user: string): UserPresence | undefined;
}

export interface AccessToken {
    readonly token: string;
    readonly expiresAt: number;
}
