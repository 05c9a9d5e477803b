/** The types of what needs HTTP: people, groups, and per-user settings of conversations. */
import type {
    Client,
    ConnectEvent,
    Conversation,
    ConversationContent,
    ConversationView,
    LogItem,
    Role,
    View,
} from './api.js';

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
    /** The id of the direct conversation with them, whether or not anything was written yet. */
    readonly direct: string;
}

export interface GroupMember {
    readonly user: string;
    readonly username: string;
    /** Absent for someone who is only invited, or a former member. */
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

/** A snapshot of a part of a conversation. */
export interface WindowContent extends ConversationContent {
    /** Whether there is something newer to load: the last item is not the newest, and what arrives is not shown yet. */
    readonly hasNewer: boolean;
}

export interface ViewOptions {
    /** Where the view begins: at the newest items, unless given, or around the first one that is unread. */
    readonly at?: 'newest' | 'unread' | undefined;
}

/** A view that shows any part of a conversation. It holds up to 5,000 items: of more, those at the other end are dropped. */
export interface ConversationWindow extends View<WindowContent>, Pick<ConversationView, 'loadOlder'> {
    /** Loads about `count` (1 to 200) newer items, from the store or the server. */
    loadNewer(count?: number): Promise<void>;
    /** Shows the items around a seq, or the newest ones, in place of those it has. */
    jump(to: number | 'newest'): Promise<void>;
}

/** A conversation with everything a user can do in it. */
export interface FullConversation extends Conversation {
    openView(options?: ViewOptions): Promise<ConversationWindow>;
    /** Its events from now on, one at a time. A slow reader never misses an entry. */
    events(options?: { signal?: AbortSignal }): AsyncIterable<ConnectEvent>;
    /** Pages from the server, each in ascending order: up from `after`, one page `around` a seq, or down from `before` or the newest. */
    history(options?: {
        before?: number | undefined;
        after?: number | undefined;
        around?: number | undefined;
        limit?: number | undefined;
    }): AsyncIterable<readonly LogItem[]>;
    acceptRequest(): Promise<void>;
    declineRequest(): Promise<void>;
    /** Mutes it until a time; unmutes it if that is absent or 0. */
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

/** A client with everything its user can do. */
export interface FullClient extends Client {
    /** All events from now on, one at a time. A slow reader never misses an entry. */
    events(options?: { signal?: AbortSignal }): AsyncIterable<ConnectEvent>;
    conversation(id: string): FullConversation;
    /** The direct conversation with a user, by exact username, whether or not anything was written yet. */
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
