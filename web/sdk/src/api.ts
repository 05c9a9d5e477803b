/**
 * What an application sees of the SDK: plain data and the doors to it. The words are those of the protocol
 * (proto/connect/v1/README.md). Times are milliseconds since 1970-01-01 UTC by the server's clock; seqs and times are below
 * 2^53. All data is plain, frozen by convention and may be cloned between tabs.
 */
import type { Entry, LogItem, Role } from './entries.js';
import type { ConnectError } from './errors.js';

export type { Entry, EntryChange, EntryKind, LogItem, Role, Skipped } from './entries.js';

// ---- data ------------------------------------------------------------------------------------------------------

/**
 * `offline`: not started, closed, or stopped until somebody acts. `connecting`: connecting, or waiting to try again; messages wait in
 * the outbox. `syncing`: connected and catching up; messages go out. `live`: connected, with no hole in any conversation.
 */
export type ConnectionState = 'offline' | 'connecting' | 'syncing' | 'live';

export interface StateChange {
    readonly state: ConnectionState;
    /** Why it is not better: the fault of the last attempt while connecting, the reason to stop when offline. */
    readonly error?: ConnectError | undefined;
    /** How long it waits before the next attempt, in milliseconds. */
    readonly retryInMs?: number | undefined;
}

/** `queued`: in the outbox. `sending`: transmitted, not answered; can no longer be discarded. `failed`: refused for good. */
export type OutgoingState = 'queued' | 'sending' | 'sent' | 'failed';

/** A message of this device that is in the outbox, or was refused for good and not yet discarded. */
export interface Outgoing {
    readonly cid: string;
    /** The conversation's id; empty while a first message to a user has not been answered. */
    readonly conversation: string;
    /** The user it goes to, when the conversation did not exist. */
    readonly to?: string | undefined;
    readonly text: string;
    readonly time: number;
    readonly state: OutgoingState;
    readonly seq?: number | undefined;
    readonly error?: ConnectError | undefined;
    /** It was transmitted before it was refused: to be shown as "perhaps not sent". */
    readonly perhapsSent?: boolean | undefined;
    /** It was never transmitted, or is finally refused. */
    readonly discardable: boolean;
}

/** How far a member is. */
export interface MemberPlace {
    readonly user: string;
    readonly delivered: number;
    readonly read: number;
}

/** Above 50 members: how many others hold and have read this user's message `seq`. */
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

/** A conversation as its user sees it in a list. */
export interface ConversationItem {
    readonly id: string;
    readonly kind: 'direct' | 'group';
    /** The title of a group, or the other user's name; empty when that account is gone. */
    readonly title: string;
    /** The other user's id in a direct conversation; else empty. */
    readonly peer: string;
    readonly memberCount: number;
    readonly role: Role;
    readonly head: number;
    readonly last?: Entry | undefined;
    readonly delivered: number;
    readonly read: number;
    /** Messages of others above the read mark; 100 stands for "99+". */
    readonly unread: number;
    /** A stranger's first messages, neither accepted nor answered. */
    readonly request: boolean;
    readonly hidden: boolean;
    readonly mutedUntil?: number | undefined;
    /** Up to 50 members: the marks of the others. */
    readonly others: readonly MemberPlace[];
    readonly counts?: ReceiptCounts | undefined;
    readonly typing: readonly string[];
    /** Of the other user of a direct conversation; absent = not known, or not to be seen by this user. */
    readonly presence?: UserPresence | undefined;
    /** The newest message of this device that is on its way there, if any. */
    readonly outgoing?: Outgoing | undefined;
}

/** A snapshot of the conversations. */
export interface ConversationList {
    /** Newest activity first, requests and hidden ones among them. */
    readonly items: readonly ConversationItem[];
    /** The server's list was read at least once; before, it is what the store knows. */
    readonly complete: boolean;
}

/** A snapshot of one conversation. */
export interface ConversationContent {
    readonly conversation: string;
    /** What the list says of it; absent when it is not known (yet). */
    readonly info?: ConversationItem | undefined;
    /** Ascending and without a hole. */
    readonly items: readonly LogItem[];
    /** What waits in the outbox and what failed, in the order of sending. */
    readonly outgoing: readonly Outgoing[];
    readonly read: number;
    readonly others: readonly MemberPlace[];
    readonly counts?: ReceiptCounts | undefined;
    readonly typing: readonly string[];
    readonly hasOlder: boolean;
    /** It is over for this user (left, removed): nothing can be written. */
    readonly over: boolean;
}

// ---- events ----------------------------------------------------------------------------------------------------

export type ConnectEvent =
    | LogItem
    /** The server's data was restored: entries above `above` are gone. */
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
    /** New, changed in what the list shows, or over for this user. */
    | { readonly type: 'conversation'; readonly conversation: string; readonly over: boolean }
    /** The contact with this user, or a block, changed: read contacts and blocks again. */
    | { readonly type: 'contact'; readonly user: string };

// ---- doors -----------------------------------------------------------------------------------------------------

/** A snapshot that never changes, and word of each newer one. */
export interface View<T> {
    readonly current: T;
    /** Called at once with the current snapshot (so it is a Svelte store, too), then with newer ones; ends with the returned function. */
    subscribe(listener: (value: T) => void): () => void;
    close(): void;
}

export interface ConversationView extends View<ConversationContent> {
    /** Loads about `count` (1 to 200) older items from the store or the server. */
    loadOlder(count?: number): Promise<void>;
}

export interface SendOptions {
    /** The highest seq on screen; the read mark rises to it. */
    readonly seen?: number | undefined;
}

export interface SentMessage {
    readonly cid: string;
    readonly conversation: string;
    readonly seq: number;
    readonly time: number;
}

/** What `send` gives back at once. */
export interface SendHandle {
    readonly cid: string;
    /** Resolves at the server's ack, rejects with a ConnectError when refused for good or discarded. */
    readonly sent: Promise<SentMessage>;
}

/** What goes over the socket; `FullConversation` has the rest. */
export interface Conversation {
    readonly id: string;
    /** The message is durable in the outbox when this resolves. */
    send(text: string, options?: SendOptions): Promise<SendHandle>;
    markRead(seq: number): Promise<void>;
    /** Call it with each key; it is throttled and ends by itself. */
    typing(): void;
    stopTyping(): void;
    openView(): Promise<ConversationView>;
    readers(seq: number): Promise<readonly MemberPlace[]>;
}

/** What goes over the socket; `FullClient` has the rest. */
export interface Client {
    readonly state: StateChange;
    /** This user's id; empty until it is known. */
    readonly user: string;
    /** How many UTF-8 bytes a message may have: the server's limit as last known. It may change with the state. */
    readonly textLimit: number;
    /** The server's clock, in ms, as well as it is known. */
    now(): number;
    /** Starts; resolves when live, or at once when it must wait for a connection. Reconnects for ever. */
    connect(): Promise<ConnectionState>;
    disconnect(): Promise<void>;
    /** Disconnects and lets go of the store and of other tabs. */
    close(): Promise<void>;
    onState(listener: (change: StateChange) => void): () => void;
    onEvent(listener: (event: ConnectEvent) => void): () => void;
    conversation(id: string): Conversation;
    openList(): Promise<View<ConversationList>>;
    outgoing(): Promise<readonly Outgoing[]>;
    /** False when it may have been transmitted. */
    discard(cid: string): Promise<boolean>;
    /** Puts a refused message into the outbox again, under a new cid. */
    retry(cid: string): Promise<SendHandle>;
    /** In the background no typing and no presence are told. */
    setActive(active: boolean): void;
    watch(users: readonly string[]): void;
    unwatch(users: readonly string[]): void;
    presence(user: string): UserPresence | undefined;
}

export interface AccessToken {
    readonly token: string;
    readonly expiresAt: number;
}
