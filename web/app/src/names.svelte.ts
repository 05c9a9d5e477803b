import { SvelteMap } from 'svelte/reactivity';
import type { ConversationItem } from '@connect-chat/sdk';
import type { FullClient } from '@connect-chat/sdk/full';
import { t } from './texts/en.js';

const most = 5000;

/**
 * The names of users, by id. Messages carry ids alone, so names come from direct conversations, members of groups and contacts;
 * whoever shows an id calls `need` with the group it is seen in.
 */
export class Names {
    readonly #names: SvelteMap<string, string>;
    readonly #asked = new Set<string>();
    #queue: Promise<void> = Promise.resolve();

    constructor(
        private readonly client: FullClient,
        private readonly user: string,
        private readonly storage: Storage | undefined,
    ) {
        this.#names = new SvelteMap(this.#read());
    }

    /** Direct conversations that nothing was written in yet are in no list: the name of the other, by the conversation's id. */
    directName(conversation: string): string {
        return this.#names.get(`direct:${conversation}`) ?? '';
    }

    learnDirect(conversation: string, username: string): void {
        this.learn(`direct:${conversation}`, username);
    }

    /** A user's name, "You" for oneself, or a word that stands for it. */
    of(user: string): string {
        return user === this.user ? t.you : this.plain(user);
    }

    /** A user's name, even one's own; a word that stands for it when it is not known. */
    plain(user: string): string {
        return this.#names.get(user) ?? t.somebody;
    }

    learn(user: string, name: string): void {
        if (name === '' || this.#names.get(user) === name) return;
        if (this.#names.size >= most) this.#names.delete(this.#names.keys().next().value ?? '');
        this.#names.set(user, name);
        this.#write();
    }

    learnFrom(items: readonly ConversationItem[]): void {
        for (const item of items) if (item.kind === 'direct') this.learn(item.peer, item.title);
    }

    /** Reads the members of a group when one of these users has no name yet; once for each newcomer, one group at a time. */
    need(conversation: string, users: readonly string[]): void {
        const unknown = users.filter((user) => user !== '' && user !== this.user && !this.#names.has(user));
        const fresh = unknown.filter((user) => !this.#asked.has(`${conversation} ${user}`));
        if (fresh.length === 0) return;
        for (const user of fresh) this.#asked.add(`${conversation} ${user}`);
        this.#queue = this.#queue.then(async () => {
            if (fresh.every((user) => this.#names.has(user))) return;
            try {
                const members = await this.client.conversation(conversation).members();
                for (const member of members) this.learn(member.user, member.username);
            } catch {
                // Without a connection: asked again the next time it is shown.
                for (const user of fresh) this.#asked.delete(`${conversation} ${user}`);
            }
        });
    }

    #read(): [string, string][] {
        try {
            const kept: unknown = JSON.parse(this.storage?.getItem(this.#key()) ?? '[]');
            if (!Array.isArray(kept)) return [];
            return kept.filter(
                (pair): pair is [string, string] => Array.isArray(pair) && pair.every((x) => typeof x === 'string'),
            );
        } catch {
            return [];
        }
    }

    #write(): void {
        try {
            this.storage?.setItem(this.#key(), JSON.stringify([...this.#names]));
        } catch {
            // Full or forbidden: they are read from the server again.
        }
    }

    #key(): string {
        return `connect:names:${this.user}`;
    }
}
