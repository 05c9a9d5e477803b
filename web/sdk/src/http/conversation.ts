import type { Role } from '../api.js';
import type { FullConversation, GroupMember, NewGroup } from '../apiFull.js';
import { ClientConversation } from '../conversation.js';
import type { EnginePort } from '../engine/port.js';
import type { FullConnectClient } from './client.js';
import { type ConversationPatch, patch } from './conversations.js';
import * as groups from './groups.js';

/** What a conversation needs of its client. */
type Owner = Pick<FullConnectClient, 'user' | 'http' | 'newKey' | 'openRoom' | 'handle'>;

/** A conversation with all that can be done in it. */
export class HttpConversation extends ClientConversation implements FullConversation {
    #owner: Owner;

    constructor(id: string, owner: Owner, port: EnginePort) {
        super(id, owner, port);
        this.#owner = owner;
    }

    acceptRequest(): Promise<void> {
        return this.#patch({ request: 'accept' });
    }

    declineRequest(): Promise<void> {
        return this.#patch({ request: 'decline' });
    }

    mute(until = 0): Promise<void> {
        return this.#patch({ mutedUntil: until });
    }

    async hide(hidden = true): Promise<void> {
        const { item, held } = await this.port.call('room', this.id);
        const seen = Math.max(item?.head ?? 0, held);
        await this.#patch(hidden && seen > 0 ? { hidden, seen } : { hidden });
    }

    members(): Promise<readonly GroupMember[]> {
        return groups.members(this.#owner.http, this.id);
    }

    addMembers(users: readonly string[]): Promise<NewGroup> {
        return this.#changed(groups.addMembers(this.#owner.http, this.#owner.newKey(), this.id, users));
    }

    removeMember(user: string): Promise<void> {
        return this.#changed(groups.removeMember(this.#owner.http, this.id, user));
    }

    withdrawInvite(user: string): Promise<void> {
        return this.#changed(groups.withdrawInvite(this.#owner.http, this.id, user));
    }

    setRole(user: string, role: Role): Promise<void> {
        return this.#changed(groups.setRole(this.#owner.http, this.id, user, role));
    }

    rename(title: string): Promise<void> {
        return this.#changed(groups.rename(this.#owner.http, this.id, title));
    }

    leave(): Promise<void> {
        return this.removeMember(this.#owner.user);
    }

    #patch(change: ConversationPatch): Promise<void> {
        return this.#changed(patch(this.#owner.http, this.id, change));
    }

    /** The server tells the other devices; this one reads again. */
    async #changed<T>(work: Promise<T>): Promise<T> {
        const result = await work;
        await this.port.call('refresh', this.id);
        return result;
    }
}
