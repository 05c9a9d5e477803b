import { fromOf, type LogItem, toOf } from '../entries.js';

const GRACE = 200;
const BUFFER = 256;
const PATIENCE = 5;

/**
 * The position in one conversation: everything up to `held`, and perhaps some of what is above a hole. It releases items in the
 * order of the log, once, and says when a hole is to be pulled.
 */
export class Tracker {
    head: number;
    #above: LogItem[] = [];
    #pullAt = Infinity;
    #fruitless = 0;
    #pulling = false;

    constructor(public held: number) {
        this.head = held;
    }

    /** Whether something is known to be missing. */
    get hasHole(): boolean {
        return this.head > this.held;
    }

    /** When a pull is to be made. */
    get pullAt(): number {
        return this.hasHole && !this.#pulling ? this.#pullAt : Infinity;
    }

    /** Takes an item and gives what follows now without a hole. */
    offer(item: LogItem, now: number): LogItem[] {
        const released: LogItem[] = [];
        const to = toOf(item);
        if (to <= this.held) {
            return released;
        }

        this.head = Math.max(this.head, to);
        if (fromOf(item) > this.held + 1) {
            this.#keep(item);
            this.#pullAt = Math.min(this.#pullAt, now + GRACE);
            return released;
        }

        this.#release(item, released);
        while (this.#above[0] && fromOf(this.#above[0]) <= this.held + 1) {
            this.#release(this.#above.shift() as LogItem, released);
        }

        this.#fruitless = 0;
        this.#pullAt = this.hasHole ? now + GRACE : Infinity;
        return released;
    }

    /** The log goes this far; what is missing may still be on its way. */
    hint(head: number, now: number, grace = GRACE): void {
        this.head = Math.max(this.head, head);
        if (this.hasHole) {
            this.#pullAt = Math.min(this.#pullAt, now + grace);
        }
    }

    /** A device without memory begins here, but not above what it was pushed already. */
    startAt(seq: number): void {
        const first = this.#above[0];
        if (this.held === 0 && seq > 0) {
            this.held = first ? Math.min(seq, fromOf(first) - 1) : seq;
            this.head = Math.max(this.head, this.held);
        }
    }

    pullStarted(): void {
        this.#pulling = true;
    }

    pullEnded(progress: boolean, now: number): void {
        this.#pulling = false;
        if (progress) {
            this.#pullAt = this.hasHole ? now : Infinity;
            return;
        }

        // A head that nothing bears out is forgotten in the end.
        if (++this.#fruitless >= PATIENCE && this.#above.length === 0) {
            this.head = this.held;
        }

        this.#pullAt = now + Math.min(30_000, 1000 * 2 ** (this.#fruitless - 1));
    }

    /** A pull under way gets no answer any more, and the next sync fills the hole. */
    disconnected(): void {
        this.#pulling = false;
        this.#fruitless = 0;
    }

    /** What is missing will not come. */
    giveUp(): void {
        this.#above = [];
        this.#pulling = false;
        this.head = this.held;
    }

    #release(item: LogItem, released: LogItem[]): void {
        if (toOf(item) <= this.held) {
            return;
        }

        // A range may begin below what is held: only the rest of it is news.
        released.push(item.type === 'skipped' && item.from <= this.held ? { ...item, from: this.held + 1 } : item);
        this.held = toOf(item);
    }

    #keep(item: LogItem): void {
        const from = fromOf(item);
        let at = this.#above.length;
        while (at > 0 && fromOf(this.#above[at - 1] as LogItem) >= from) {
            at--;
        }

        const there = this.#above[at];
        if (there && fromOf(there) === from) {
            this.#above[at] = toOf(item) > toOf(there) ? item : there;
        } else {
            this.#above.splice(at, 0, item);
            // What is dropped the pull brings again.
            this.#above.length = Math.min(this.#above.length, BUFFER);
        }
    }
}
