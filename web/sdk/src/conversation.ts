import type { Conversation, ConversationView, MemberPlace, SendHandle, SendOptions } from './api.js';
import { toPlace } from './engine/items.js';
import { type EnginePort, inPassing } from './engine/port.js';
import { RoomView } from './views/room.js';
import type { ViewArgs } from './views/view.js';

/** What a conversation needs from its client. */
export interface Owner {
    /** @internal */
    viewArgs(): ViewArgs;
    /** @internal */
    handle(cid: string): SendHandle;
}

/** A conversation by its id. It does nothing by itself; several of the same id are as good as one. */
export class ClientConversation implements Conversation {
    constructor(
        readonly id: string,
        /** @internal */
        protected readonly client: Owner,
        /** @internal */
        protected readonly port: EnginePort,
    ) {}

    async send(text: string, { seen = 0 }: SendOptions = {}): Promise<SendHandle> {
        return this.client.handle(await this.port.call('send', this.id, text, seen, ''));
    }

    async markRead(seq: number): Promise<void> {
        await this.port.call('markRead', this.id, seq);
    }

    typing(): void {
        inPassing(this.port.call('typing', this.id, true));
    }

    stopTyping(): void {
        inPassing(this.port.call('typing', this.id, false));
    }

    openView(): Promise<ConversationView> {
        return new RoomView(this.id, ...this.client.viewArgs()).open();
    }

    async readers(seq: number): Promise<readonly MemberPlace[]> {
        const { readers } = await this.port.call('ask', { readers: { conversation: this.id, seq } });
        return (readers?.members ?? []).map(toPlace);
    }
}
