import { type LogItem, toOf } from '../entries.js';
import type { PortEvent, PortState, Room } from '../engine/port.js';

/** Items that end above `after` and begin below `before`, the lowest `limit` of them. */
export type ReadItems = (
    conversation: string,
    after: number,
    before: number,
    limit: number,
) => Promise<readonly LogItem[]>;

const page = 200;

/**
 * The events of one engine after the other as one stream without a hole: what was missed between two of them is read from
 * the store, and what comes again is dropped.
 */
export class Feed {
    /** Up to where the items of each conversation were told. */
    readonly #told = new Map<string, number>();
    #begun = false;

    constructor(private readonly tell: (event: PortEvent) => void) {}

    /** One event of the engine. */
    take(event: PortEvent): void {
        if (event.type === 'entry' || event.type === 'skipped') {
            const end = toOf(event);
            if (end <= (this.#told.get(event.conversation) ?? 0)) return;
            this.#told.set(event.conversation, end);
        } else if (event.type === 'reset') {
            this.#told.set(event.conversation, Math.min(event.above, this.#told.get(event.conversation) ?? 0));
        }
        this.tell(event);
    }

    /** Another engine, or a gap in what the last one told: this is how far it is. */
    async catchUp(state: PortState, rooms: readonly Room[], read: ReadItems): Promise<void> {
        const isFirst = !this.#begun;
        this.#begun = true;
        this.tell({ type: 'state', state });
        for (const room of rooms) {
            if (isFirst) this.#told.set(room.id, room.held);
            else await this.#catchUpRoom(room, read);
        }
    }

    async #catchUpRoom(room: Room, read: ReadItems): Promise<void> {
        const { id, held } = room;
        const told = this.#told.get(id) ?? 0;
        if (held < told) this.take({ type: 'reset', conversation: id, above: held });
        for (let at = told; at < held;) {
            const items = await read(id, at, held + 1, page);
            items.forEach((item) => this.take(item));
            const last = items.at(-1);
            // What is too old for the store is not told again.
            if (last === undefined) this.#told.set(id, held);
            at = last === undefined ? held : Math.max(at + 1, toOf(last));
        }
        this.tell({ type: 'room', room });
    }
}
