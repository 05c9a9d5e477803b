import type { PortEvent } from '../engine/port.js';

export interface Ack {
    readonly conversation: string;
    readonly seq: number;
    readonly time: number;
}

/** So many are remembered. */
const most = 1_000;

/** The acks this tab heard of, for a question whose leader died before it answered. */
export class Acks {
    readonly #known = new Map<string, Ack>();

    take(event: PortEvent, user: string): void {
        const isAck = event.type === 'sent' || (event.type === 'entry' && event.cid !== '' && event.from === user);
        if (!isAck) return;
        const { cid, conversation, seq, time } = event;
        this.#known.set(cid, { conversation, seq, time });
        if (this.#known.size > most) for (const first of this.#known.keys()) return void this.#known.delete(first);
    }

    of(cid: string): Ack | undefined {
        return this.#known.get(cid);
    }
}
