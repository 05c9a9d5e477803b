import type { Outgoing } from '../api.js';
import { type ErrorData, unpackError } from '../errors.js';
import type { StoredMessage } from '../stores/store.js';
import type { Waiter } from './effects.js';

const WINDOW = 64;

export interface Ack {
    readonly conversation: string;
    readonly seq: number;
    readonly time: number;
}

/** A message in the outbox and on its way. */
export interface OutboxItem {
    readonly id: number;
    readonly conversation: string;
    readonly to: string;
    readonly text: string;
    readonly time: number;
    cid: string;
    seen: number;
    transmitted: boolean;
    error?: ErrorData | undefined;
    perhapsSent?: boolean | undefined;
    /** It was transmitted before the present transmission, with an outcome that is not known. */
    repeated?: boolean;
    /** Transmitted on this connection and not yet answered. */
    inFlight?: boolean;
    /** Who waits for its ack. */
    waiters?: Waiter<Ack>[];
}

export function toStored(item: OutboxItem): StoredMessage {
    const stored = { ...item };
    delete stored.repeated;
    delete stored.inFlight;
    delete stored.waiters;
    return stored;
}

export const toOutgoing = ({
    cid,
    conversation,
    to,
    text,
    time,
    error,
    transmitted,
    perhapsSent,
}: OutboxItem): Outgoing => ({
    cid,
    conversation,
    to: to || undefined,
    text,
    time,
    state: error ? 'failed' : transmitted ? 'sending' : 'queued',
    error: error && unpackError(error),
    perhapsSent,
    discardable: !!error || !transmitted,
});

/**
 * The open messages of one conversation, oldest first. Those in flight are at the front; after a passing refusal the lane waits
 * until all in flight are answered and then begins again with the oldest, so that the order holds.
 */
class Lane {
    readonly items: OutboxItem[] = [];
    notBefore = 0;
    #next = 0;
    #unanswered = 0;
    #refusals = 0;
    #broken = false;
    #delay = 0;

    get first(): OutboxItem | undefined {
        return this.#broken || this.#unanswered >= WINDOW ? undefined : this.items[this.#next];
    }

    /** Takes `first`; gives the cid of the latest earlier open message. */
    take(): string {
        const after = this.items[this.#next - 1]?.cid ?? '';
        (this.items[this.#next++] as OutboxItem).inFlight = true;
        this.#unanswered++;
        return after;
    }

    remove(item: OutboxItem, now: number): void {
        const index = this.items.indexOf(item);
        if (index >= 0) {
            this.items.splice(index, 1);
            this.#next -= index < this.#next ? 1 : 0;
            this.#refusals = 0;
            this.#answered(item, now);
        }
    }

    break(item: OutboxItem, delay: number, random: () => number, now: number): void {
        if (item.inFlight) {
            this.#broken = true;
            // Half of it jitter: what failed together does not come back together.
            this.#delay = Math.max(
                this.#delay,
                delay || Math.min(5000, 200 * 2 ** this.#refusals++) * (0.5 + random() / 2),
            );
            this.#answered(item, now);
        }
    }

    disconnected(): void {
        this.items.forEach((item) => (item.inFlight = false));
        this.#next = this.#unanswered = this.#delay = this.notBefore = 0;
        this.#broken = false;
    }

    #answered(item: OutboxItem, now: number): void {
        if (item.inFlight) {
            item.inFlight = false;
            this.#unanswered--;
        }

        if (this.#broken && this.#unanswered === 0) {
            this.#broken = false;
            this.#next = 0;
            this.notBefore = now + this.#delay;
            this.#delay = 0;
        }
    }
}

/** The outbox, per conversation oldest first: what is transmitted next, and with which `after`. */
export class SendQueue {
    readonly items = new Map<string, OutboxItem>();
    #lanes = new Map<string, Lane>();
    #notBefore = 0;
    /** The server's sends in a second, and what we make of it: other devices of the user share them. */
    #rate = 0;
    #pace = 0;
    #tokens = 0;
    #filledAt = 0;

    constructor(readonly random: () => number) {}

    add(item: OutboxItem): void {
        this.items.set(item.cid, item);
        let lane = this.#lanes.get(item.conversation);
        if (!lane) {
            this.#lanes.set(item.conversation, (lane = new Lane()));
        }

        lane.items.push(item);
    }

    /** A wait that the server asked for holds on: it is for the user, not for a connection. */
    connected(rate: number, now: number): void {
        const isWaiting = this.#notBefore > now && this.#rate > 0 && rate > 0;
        this.#rate = rate;
        this.#pace = isWaiting ? Math.min(this.#pace, rate) : rate;
        if (!isWaiting) {
            this.#tokens = rate;
            this.#filledAt = now;
        }
    }

    disconnected(): void {
        this.#lanes.forEach((lane) => lane.disconnected());
    }

    /** The next message that is due, and the cid of the latest earlier open one; `prepare` may replace its cid. */
    take(now: number, prepare: (item: OutboxItem) => void): [OutboxItem, string] | undefined {
        if (this.#notBefore <= now && this.#hasToken(now)) {
            for (const lane of this.#lanes.values()) {
                const item = lane.first;
                if (item && lane.notBefore <= now) {
                    prepare(item);
                    this.#tokens--;
                    return [item, lane.take()];
                }
            }
        }

        return undefined;
    }

    dueAt(now: number): number {
        let due = Infinity;
        this.#lanes.forEach((lane) => (due = lane.first ? Math.min(due, lane.notBefore) : due));
        return due === Infinity
            ? due
            : Math.max(
                  due,
                  this.#notBefore,
                  this.#hasToken(now) ? now : this.#filledAt + (1001 - 1000 * this.#tokens) / this.#pace,
              );
    }

    remove(item: OutboxItem, now: number): void {
        this.items.delete(item.cid);
        const lane = this.#lanes.get(item.conversation);
        lane?.remove(item, now);
        if (lane?.items.length === 0) {
            this.#lanes.delete(item.conversation);
        }
    }

    /** A passing refusal; `delay` 0: the server did not say how long. `everywhere`: it is for all conversations. */
    retry(item: OutboxItem, delay: number, everywhere: boolean, now: number): void {
        if (everywhere) {
            // Once for all that is refused in one go.
            if (this.#rate > 0 && this.#notBefore <= now) {
                this.#pace = Math.max(1, this.#pace / 2);
                this.#tokens = 1;
                this.#filledAt = now + delay;
            }

            this.#notBefore = Math.max(this.#notBefore, now + delay);
        }

        this.#lanes.get(item.conversation)?.break(item, delay, this.random, now);
    }

    rename(item: OutboxItem, cid: string): void {
        this.items.delete(item.cid);
        item.cid = cid;
        this.items.set(cid, item);
    }

    #hasToken(now: number): boolean {
        if (this.#rate > 0 && now > this.#filledAt) {
            const passed = (now - this.#filledAt) / 1000;
            this.#pace = Math.min(this.#rate, this.#pace + (passed * this.#rate) / 10);
            this.#tokens = Math.min(this.#pace, this.#tokens + passed * this.#pace);
            this.#filledAt = now;
        }

        return this.#rate <= 0 || this.#tokens >= 1;
    }
}

const MAX_DRIFT = 3_600_000;

/** A UUID of version 7 of this time. */
export function newCid(time: number, random: () => number): string {
    const hex = (digits: number, value = random() * 16 ** digits): string =>
        Math.floor(value).toString(16).padStart(digits, '0');
    const at = hex(12, Math.max(0, time));
    const variant = hex(1, 8 + random() * 4);
    return `${at.slice(0, 8)}-${at.slice(8)}-7${hex(3)}-${variant}${hex(3)}-${hex(6)}${hex(6)}`;
}

/** Whether a cid that was never transmitted is too far off to be used. */
export const isFarOff = (cid: string, time: number): boolean =>
    Math.abs(parseInt(cid.replace('-', ''), 16) - time) > MAX_DRIFT;
