import type { ConversationContent, ConversationView } from '../api.js';
import type { Clock } from '../engine/engine.js';
import { toItems } from '../engine/items.js';
import { fromOf, type LogItem, toOf } from '../entries.js';
import { Code, ConnectError } from '../errors.js';
import { type EnginePort, inPassing, type PortEvent, type Room } from '../engine/port.js';
import { StoreView } from './view.js';

/** Items in memory; of more the oldest are dropped, and there loading older ones stops. */
const LIMIT = 5000;
const FIRST = 50;

/** One conversation: its items without a hole, and what the engine tells of it. */
export class RoomView extends StoreView<ConversationContent> implements ConversationView {
    #room: Room;
    #items: LogItem[] = [];
    #hasOlder = true;
    #loading: Promise<void> | undefined;

    static open(port: EnginePort, id: string, holder: string, clock: Clock): Promise<RoomView> {
        const room: Room = { id, outgoing: [], held: 0, read: 0, others: [], typing: [], over: false };
        return new RoomView(room, port, holder, clock).open();
    }

    private constructor(room: Room, port: EnginePort, holder: string, clock: Clock) {
        super(content(room, [], true), port, holder, clock);
        this.#room = room;
    }

    protected async load(): Promise<void> {
        const { port, holder } = this;
        const { id } = this.#room;
        await port.call('setOpen', holder, [id]);
        const room = await port.call('room', id);
        const stored = await port.call('read', id, Math.max(0, room.held - FIRST), Infinity, 4 * FIRST);
        const last = stored.at(-1);
        this.#room = room;
        this.#join(stored, true, this.#first ?? (last ? toOf(last) + 1 : 1));
        if (this.#items.length < FIRST / 2 && this.#canLoadOlder && room.held > 0) {
            inPassing(this.loadOlder());
        }
    }

    loadOlder(count = FIRST): Promise<void> {
        if (!(count >= 1 && count <= 200)) {
            return Promise.reject(new RangeError('1 to 200 items.'));
        }

        return (this.#loading ??= this.#load(count).finally(() => (this.#loading = undefined)));
    }

    protected show(): ConversationContent {
        return content(this.#room, [...this.#items], this.#canLoadOlder);
    }

    get #first(): number | undefined {
        return this.#items[0] && fromOf(this.#items[0]);
    }

    get #canLoadOlder(): boolean {
        return this.#hasOlder && this.#first !== 1 && this.#items.length < LIMIT;
    }

    protected on(event: PortEvent): void {
        if (event.type === 'room' && event.room.id === this.#room.id) {
            this.#room = event.room;
        } else if (!('conversation' in event) || event.conversation !== this.#room.id) {
            return;
        } else if (event.type === 'entry' || event.type === 'skipped') {
            this.#append(event);
        } else if (event.type === 'reset') {
            this.#items = this.#items.filter((item) => toOf(item) <= event.above);
        } else {
            return;
        }

        this.changed();
    }

    /** The next item. What there is already is left out; after a hole only what is above it is kept. */
    #append(item: LogItem): void {
        const last = this.#items.at(-1);
        if (last && toOf(item) <= toOf(last)) {
            return;
        }

        if (last && fromOf(item) > toOf(last) + 1) {
            this.#items = [];
            this.#hasOlder = true;
        }

        this.#items.push(item);
        if (this.#items.length > LIMIT) {
            this.#items.splice(0, this.#items.length - LIMIT);
            this.#hasOlder = true;
        }
    }

    /**
     * What joins on below is taken; what there is already, or does not join on, is not. What the store knows only as too old the
     * server has. False when nothing joins on.
     */
    #join(items: readonly LogItem[], isStored = false, below = this.#first): boolean {
        const joined: LogItem[] = [];
        for (const item of [...items].reverse()) {
            const isKnown = !isStored || item.type === 'entry' || item.why !== 'expired';
            if (isKnown && (below === undefined || toOf(item) === below - 1)) {
                joined.unshift(item);
                below = fromOf(item);
            }
        }

        this.#items.unshift(...joined);
        return joined.length > 0;
    }

    async #load(count: number): Promise<void> {
        const first = this.#first;
        if (!this.#canLoadOlder) {
            return;
        }

        const { id } = this.#room;
        const isKnown =
            first && this.#join(await this.port.call('read', id, Math.max(0, first - 1 - count), first, count), true);
        if (!isKnown) {
            const at = first ? { before: first } : {};
            const { history } = await this.port
                .call('ask', { history: { conversation: id, ...at, limit: count } })
                .catch((error: unknown) => {
                    // A direct conversation in which nobody wrote yet is not there: it has nothing older.
                    if (first === undefined && error instanceof ConnectError && error.code === Code.not_found)
                        return { history: undefined };
                    throw error;
                });
            this.#join(toItems(history?.entries, history?.skipped));
            this.#hasOlder = !!history?.has_more_before;
        }

        this.flush();
    }
}

function content(room: Room, items: readonly LogItem[], hasOlder: boolean): ConversationContent {
    // The entry of a message may come before the outbox is told of it.
    const cids = new Set(items.slice(-200).map((item) => item.type === 'entry' && item.cid));
    const { id, item, outgoing, read, others, counts, typing, over } = room;
    return {
        conversation: id,
        info: item,
        items,
        outgoing: outgoing.filter((message) => !cids.has(message.cid)),
        read,
        others,
        counts,
        typing,
        hasOlder,
        over,
    };
}
