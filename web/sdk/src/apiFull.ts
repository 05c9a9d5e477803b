/** What goes over HTTP: people, groups, and what a conversation is to its user. Plain data and doors, as in `api.ts`. */
import type { Client, ConnectEvent, Conversation, LogItem, Role } from './api.js';

export type ContactState = 'contact' | 'requested' | 'asked';

export interface Contact {
    readonly user: string;
    readonly username: string;
    readonly state: ContactState;
    readonly since: number;
}

export interface BlockedUser {
    readonly user: string;
    readonly username: string;
    readonly since: number;
}

export interface FoundUser {
    readonly id: string;
    readonly username: string;
    /** The id of the direct conversation with them, begun or not. */
    readonly direct: string;
}

export interface GroupMember {
    readonly user: string;
    readonly username: string;
    /** Absent: only invited, or a former member. */
    readonly role?: Role | undefined;
    readonly since?: number | undefined;
    readonly invitedBy?: string | undefined;
    readonly invitedAt?: number | undefined;
}

export interface GroupInvite {
    readonly conversation: string;
    readonly title: string;
    readonly memberCount: number;
    readonly invitedBy: string;
    readonly invitedByUsername: string;
    readonly invitedAt: number;
    readonly expiresAt: number;
}

export interface NewGroup {
    readonly conversation: string;
    readonly added: readonly string[];
    readonly invited: readonly string[];
}

export interface Privacy {
    readonly presence: boolean;
    readonly readReceipts: boolean;
}

/** A conversation with all that can be done in it. */
export interface FullConversation extends Conversation {
    /** Its events, one after the other, from now on: none is lost to a slow reader that is an entry. */
    events(options?: { signal?: AbortSignal }): AsyncIterable<ConnectEvent>;
    /** Pages from the server, each ascending: up from `after`, one `around` a seq, else down from `before` or the newest. */
    history(options?: {
        before?: number | undefined;
        after?: number | undefined;
        around?: number | undefined;
        limit?: number | undefined;
    }): AsyncIterable<readonly LogItem[]>;
    acceptRequest(): Promise<void>;
    declineRequest(): Promise<void>;
    /** Absent or 0: no longer muted. */
    mute(until?: number): Promise<void>;
    hide(hidden?: boolean): Promise<void>;
    // groups
    members(): Promise<readonly GroupMember[]>;
    addMembers(users: readonly string[]): Promise<NewGroup>;
    removeMember(user: string): Promise<void>;
    withdrawInvite(user: string): Promise<void>;
    setRole(user: string, role: Role): Promise<void>;
    rename(title: string): Promise<void>;
    leave(): Promise<void>;
}

/** A client with all that its user can do. */
export interface FullClient extends Client {
    /** All events, one after the other, from now on: none is lost to a slow reader that is an entry. */
    events(options?: { signal?: AbortSignal }): AsyncIterable<ConnectEvent>;
    conversation(id: string): FullConversation;
    /** The direct conversation with a user, by exact name, begun or not. */
    openDirect(username: string): Promise<FullConversation>;
    createGroup(title: string, members?: readonly string[]): Promise<NewGroup>;
    invites(): Promise<readonly GroupInvite[]>;
    acceptInvite(conversation: string): Promise<void>;
    declineInvite(conversation: string): Promise<void>;
    findUser(username: string): Promise<FoundUser | undefined>;
    contacts(): Promise<readonly Contact[]>;
    requestContact(user: string): Promise<void>;
    acceptContact(user: string): Promise<void>;
    declineContact(user: string): Promise<void>;
    removeContact(user: string): Promise<void>;
    blocks(): Promise<readonly BlockedUser[]>;
    block(user: string): Promise<void>;
    unblock(user: string): Promise<void>;
    privacy(): Promise<Privacy>;
    setPrivacy(privacy: Partial<Privacy>): Promise<Privacy>;
}
