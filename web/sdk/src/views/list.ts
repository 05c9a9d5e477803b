import type { ConversationItem, ConversationList } from '../api.js';
import { inPassing, type PortEvent, type Room } from '../engine/port.js';
import { StoreView, type ViewArgs } from './view.js';

/** Of more than a session may watch, those that were active last: they are asked for first. */
const PEERS = 5000;

const activity = (item: ConversationItem): number => Math.max(item.last?.time ?? 0, item.outgoing?.time ?? 0);

/** The conversations: what the engine tells of each, in order. */
export class ListView extends StoreView<ConversationList> {
    #items = new Map<string, ConversationItem>();
    #told = new Set<string>();
    #watched = '';

    constructor(...args: ViewArgs) {
        super({ items: [], complete: false }, ...args);
    }

    protected async load(): Promise<void> {
        // What was told meanwhile is newer.
        const rooms = await this.port.call('rooms');
        rooms.filter((room) => !this.#told.has(room.id)).forEach((room) => this.#take(room));
    }

    protected show(): ConversationList {
        const items = [...this.#items.values()].sort(
            (one, other) => activity(other) - activity(one) || (one.id < other.id ? -1 : 1),
        );
        this.#watch(items.flatMap((item) => item.peer || []).slice(0, PEERS));
        return { items, complete: this.port.state.complete };
    }

    protected on(event: PortEvent): void {
        if (event.type === 'room') {
            this.#told.add(event.room.id);
            this.#take(event.room);
            this.changed();
        } else if (event.type === 'state' && event.state.complete !== this.current.complete) {
            this.changed();
        }
    }

    #take({ id, item }: Room): void {
        // A direct conversation in which nobody wrote is none yet.
        if (item && (item.head > 0 || item.outgoing)) {
            this.#items.set(id, item);
        } else {
            this.#items.delete(id);
        }
    }

    /** The presence of the others in direct conversations. */
    #watch(peers: string[]): void {
        const watched = [...peers].sort().join();
        if (watched !== this.#watched) {
            this.#watched = watched;
            inPassing(this.port.call('watch', this.holder, peers));
        }
    }
}
