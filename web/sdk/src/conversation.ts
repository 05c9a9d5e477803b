import type {
    ConnectEvent,
    Conversation,
    ConversationView,
    LogItem,
    MemberPlace,
    SendHandle,
    SendOptions,
} from './api.js';
import type { ConnectClient } from './client.js';
import { fromOf, toItems, toOf } from './engine/items.js';
import type { EnginePort } from './engine/port.js';
import { eventsOf } from './events.js';

const PAGE = 50;

/** What a conversation needs of its client. */
export type Owner = Pick<ConnectClient, 'openRoom' | 'handle'>;

/** A conversation by its id. It does nothing by itself; several of the same id are as good as one. */
export class ClientConversation implements Conversation {
    constructor(
        readonly id: string,
        private readonly client: Owner,
        protected readonly port: EnginePort,
    ) {}

    async send(text: string, { seen = 0 }: SendOptions = {}): Promise<SendHandle> {
        return this.client.handle(await this.port.call('send', this.id, text, seen, ''));
    }

    async markRead(seq: number): Promise<void> {
        await this.port.call('markRead', this.id, seq);
    }

    typing(): void {
        this.port.call('typing', this.id, true).catch(() => undefined);
    }

    stopTyping(): void {
        this.port.call('typing', this.id, false).catch(() => undefined);
    }

    openView(): Promise<ConversationView> {
        return this.client.openRoom(this.id);
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

    events({ signal }: { signal?: AbortSignal } = {}): AsyncIterableIterator<ConnectEvent> {
        return eventsOf(this.port, (event) => 'conversation' in event && event.conversation === this.id, signal);
    }

    async readers(seq: number): Promise<readonly MemberPlace[]> {
        const { readers } = await this.port.call('ask', { readers: { conversation: this.id, seq } });
        return (readers?.members ?? []).map(({ user = '', delivered = 0, read = 0 }) => ({ user, delivered, read }));
    }
}
