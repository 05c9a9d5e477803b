import { fromOf, type LogItem, toOf } from '../entries.js';
import type { ConnectStore, StoreBatch, StoredConversation, StoredMessage, StoredState } from './store.js';

/** Remembers in memory, as long as the page lives; of each conversation the newest `keep` items (older ones the server has). */
export class MemoryStore implements ConnectStore {
    #meta: Record<string, unknown> = {};
    #conversations = new Map<string, StoredConversation>();
    #outbox = new Map<number, StoredMessage>();
    #items = new Map<string, LogItem[]>();

    constructor(readonly keep = 1000) {}

    async load(): Promise<StoredState> {
        return {
            meta: { ...this.#meta },
            conversations: [...this.#conversations.values()],
            outbox: [...this.#outbox.values()].sort((one, other) => one.id - other.id),
        };
    }

    async apply(batch: Readonly<StoreBatch>): Promise<void> {
        Object.assign(this.#meta, batch.meta);
        for (const { conversation, above } of batch.dropped) {
            this.#items.set(
                conversation,
                this.#of(conversation).filter((item) => toOf(item) <= above),
            );
        }

        for (const item of batch.items) {
            const items = this.#of(item.conversation);
            items.push(item);
            if (items.length > 1.25 * this.keep) {
                items.splice(0, items.length - this.keep);
            }

            this.#items.set(item.conversation, items);
        }

        batch.conversations.forEach((each) => this.#conversations.set(each.id, each));
        batch.outbox.forEach((message) => this.#outbox.set(message.id, message));
        batch.outboxRemoved.forEach((id) => this.#outbox.delete(id));
    }

    async read(conversation: string, after: number, before: number, limit: number): Promise<readonly LogItem[]> {
        return this.#of(conversation)
            .filter((item) => toOf(item) > after && fromOf(item) < before)
            .slice(0, limit);
    }

    async clear(keepOutbox = false): Promise<void> {
        [this.#conversations, this.#items].forEach((map) => map.clear());
        if (!keepOutbox) {
            this.#meta = {};
            this.#outbox.clear();
        }
    }

    async close(): Promise<void> {
        // Nothing is held.
    }

    #of(conversation: string): LogItem[] {
        return this.#items.get(conversation) ?? [];
    }
}
