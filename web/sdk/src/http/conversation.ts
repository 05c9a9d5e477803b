import type { ConnectEvent } from '../api.js';
import type { ConversationWindow, FullConversation, GroupMember, NewGroup, ViewOptions } from '../apiFull.js';
import { ClientConversation, type Owner } from '../conversation.js';
import { toItems } from '../engine/items.js';
import type { EnginePort } from '../engine/port.js';
import { fromOf, type LogItem, type Role, toOf } from '../entries.js';
import { eventsOf } from '../events.js';
import { WindowView } from '../views/window.js';
import { type ConversationPatch, patch } from './conversations.js';
import * as groups from './groups.js';
import type { HttpApi } from './http.js';

const PAGE = 50;

/** What a conversation needs from its client. */
interface FullOwner extends Owner {
    readonly user: string;
    readonly http: HttpApi;
    newKey(): string;
}

/** A conversation with all that can be done in it. */
export class HttpConversation extends ClientConversation implements FullConversation {
    #owner: FullOwner;

    constructor(id: string, owner: FullOwner, port: EnginePort) {
        super(id, owner, port);
        this.#owner = owner;
    }

    override openView({ at }: ViewOptions = {}): Promise<ConversationWindow> {
        return new WindowView(at, this.id, ...this.client.viewArgs()).open();
    }

    events({ signal }: { signal?: AbortSignal } = {}): AsyncIterableIterator<ConnectEvent> {
        return eventsOf(this.port, (event) => 'conversation' in event && event.conversation === this.id, signal);
    }

    /**
     * Pages from the server, each ascending: above `after` upwards, one page `around` a seq, else from `before` or the newest
     * downwards.
     */
    async *history({
        before,
        after,
        around,
        limit = PAGE,
    }: { before?: number; after?: number; around?: number; limit?: number } = {}): AsyncGenerator<readonly LogItem[]> {
        // An `after` of 0 is absent and would mean the newest; around the first are the first ones.
        let at: object = after === 0 ? { around: 1 } : { before, after, around };
        for (;;) {
            const question = { history: { conversation: this.id, ...at, limit } };
            const { history } = await this.port.call('ask', question);
            const items = toItems(history?.entries, history?.skipped);
            const [first, last] = [items[0], items.at(-1)];
            if (!first || !last) {
                return;
            }

            yield items;
            const isUp = after !== undefined;
            if (around !== undefined || !(isUp ? history?.has_more_after : history?.has_more_before)) {
                return;
            }

            at = isUp ? { after: toOf(last) } : { before: fromOf(first) };
        }
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
