import type { ConversationContent, ConversationView } from '../api.js';
import { toItems } from '../engine/items.js';
import { fromOf, type LogItem, toOf } from '../entries.js';
import { Code, type ConnectError } from '../errors.js';
import { inPassing, type PortEvent, type Room } from '../engine/port.js';
import type { ServerFrame } from '../wire/frames.js';
import { StoreView, type ViewArgs } from './view.js';

/** Items in memory, and as many more as somebody loaded: for each one that comes then the oldest is dropped. */
export const LIMIT = 5000;
export const FIRST = 50;

/** One conversation: its items without a hole, and what the engine tells of it. */
export class RoomView extends StoreView<ConversationContent> implements ConversationView {
    protected roomNow: Room;
    protected shownItems: LogItem[] = [];
    /** There is more before the first item. */
    protected goesOn = true;
    protected underWay: Promise<void> | undefined;

    constructor(id: string, ...args: ViewArgs) {
        const room: Room = { id, outgoing: [], held: 0, read: 0, others: [], typing: [], over: false };
        super(content(room, [], true), ...args);
        this.roomNow = room;
    }

    protected async load(): Promise<void> {
        const { port } = this;
        const { id } = this.roomNow;
        await port.call('setOpen', this.holder, [id]);
        this.roomNow = await port.call('room', id);
        const { held } = this.roomNow;
        const stored = await port.call('read', id, Math.max(0, held - FIRST), Infinity, 4 * FIRST);
        const last = stored.at(-1);
        this.joinOlder(stored, true, this.firstSeq ?? (last ? toOf(last) + 1 : 1));
        if (this.shownItems.length < FIRST / 2 && this.canLoadOlder && held > 0) {
            inPassing(this.loadOlder());
        }
    }

    loadOlder(count = FIRST): Promise<void> {
        return this.once(count, () => this.fetchOlder(count));
    }

    /** One at a time: whoever asks meanwhile gets what is under way. */
    protected once(count: number, work: () => Promise<void>): Promise<void> {
        if (!(count >= 1 && count <= 200)) {
            return Promise.reject(new RangeError('1 to 200 items.'));
        }

        return (this.underWay ??= work().finally(() => (this.underWay = undefined)));
    }

    protected show(): ConversationContent {
        return content(this.roomNow, [...this.shownItems], this.canLoadOlder);
    }

    protected get firstSeq(): number | undefined {
        return this.shownItems[0] && fromOf(this.shownItems[0]);
    }

    protected get canLoadOlder(): boolean {
        return this.goesOn && this.firstSeq !== 1;
    }

    protected on(event: PortEvent): void {
        if (event.type === 'room' && event.room.id === this.roomNow.id) {
            this.roomNow = event.room;
        } else if (!('conversation' in event) || event.conversation !== this.roomNow.id) {
            return;
        } else if (event.type === 'entry' || event.type === 'skipped') {
            this.appendNext(event);
        } else if (event.type === 'reset') {
            this.shownItems = this.shownItems.filter((item) => toOf(item) <= event.above);
        } else {
            return;
        }

        this.changed();
    }

    /** The next item. What there is already is left out; after a hole only what is above it is kept. */
    protected appendNext(item: LogItem): void {
        const last = this.shownItems.at(-1);
        if (last && toOf(item) <= toOf(last)) {
            return;
        }

        if (last && fromOf(item) > toOf(last) + 1) {
            this.shownItems = [];
            this.goesOn = true;
        }

        this.shownItems.push(item);
        if (this.shownItems.length > LIMIT) {
            this.shownItems.shift();
            this.goesOn = true;
        }
    }

    /**
     * What joins on below is taken; what there is already, or does not join on, is not. What the store knows only as too old the
     * server has. False when nothing joins on.
     */
    protected joinOlder(items: readonly LogItem[], isStored = false, below = this.firstSeq): boolean {
        const joined: LogItem[] = [];
        for (const item of [...items].reverse()) {
            const isKnown = !isStored || item.type === 'entry' || item.why !== 'expired';
            if (isKnown && (below === undefined || toOf(item) === below - 1)) {
                joined.unshift(item);
                below = fromOf(item);
            }
        }

        this.shownItems.unshift(...joined);
        return joined.length > 0;
    }

    protected async fetchOlder(count: number): Promise<void> {
        const first = this.firstSeq;
        if (!this.canLoadOlder) {
            return;
        }

        const { id } = this.roomNow;
        const isKnown =
            first &&
            this.joinOlder(await this.port.call('read', id, Math.max(0, first - 1 - count), first, count), true);
        if (!isKnown) {
            // An absent `before` means the newest ones.
            const { history } = await this.port
                .call('ask', { history: { conversation: id, before: first, limit: count } })
                .catch((error: ConnectError): ServerFrame => {
                    // A direct conversation in which nobody wrote yet is not there: it has nothing older.
                    if (first ?? error.code !== Code.not_found) throw error;
                    return {};
                });
            this.joinOlder(toItems(history?.entries, history?.skipped));
            this.goesOn = !!history?.has_more_before;
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
