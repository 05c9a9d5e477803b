import type { WireMark } from '../wire/frames.js';

const INTERVAL = 1000;
const PER_FRAME = 500;

/** The user's own marks in a conversation, and what the server confirmed of them. */
export interface Mark {
    readonly id: string;
    delivered: number;
    read: number;
    confirmedDelivered: number;
    confirmedRead: number;
}

/**
 * What has to be told of the marks: coalesced, kept until the server has confirmed it, and told again after each `welcome`. One
 * request is under way at a time.
 */
export class MarkBook {
    #open = new Set<Mark>();
    #alone = new Set<Mark>();
    #underWay: { mark: Mark; delivered: number; read: number }[] | undefined;
    #notBefore = 0;
    #deliveredNotBefore = 0;
    #readWaits = false;

    get dueAt(): number {
        return this.#underWay || this.#open.size === 0
            ? Infinity
            : Math.max(this.#notBefore, this.#readWaits ? 0 : this.#deliveredNotBefore);
    }

    /** Raises a mark; false when it is not higher than before. */
    raise(mark: Mark, delivered: number, read: number): boolean {
        if (read <= mark.read && Math.max(delivered, read) <= mark.delivered) {
            return false;
        }

        this.#readWaits ||= read > mark.read;
        mark.read = Math.max(mark.read, read);
        mark.delivered = Math.max(mark.delivered, delivered, read);
        this.note(mark);
        return true;
    }

    /** The server says how far this user has come; false when that was known. */
    confirm(mark: Mark, delivered: number, read: number): boolean {
        const isNews = delivered > mark.confirmedDelivered || read > mark.confirmedRead;
        mark.delivered = Math.max(mark.delivered, delivered);
        mark.read = Math.max(mark.read, read);
        mark.confirmedDelivered = Math.max(mark.confirmedDelivered, delivered);
        mark.confirmedRead = Math.max(mark.confirmedRead, read);
        this.note(mark);
        return isNews;
    }

    /** Nothing above a seq is there any more: marks above it would count for other entries. */
    lower(mark: Mark, seq: number): void {
        mark.delivered = Math.min(mark.delivered, seq);
        mark.read = Math.min(mark.read, seq);
        mark.confirmedDelivered = Math.min(mark.confirmedDelivered, seq);
        mark.confirmedRead = Math.min(mark.confirmedRead, seq);
        this.#underWay = this.#underWay?.filter((told) => told.mark !== mark);
        this.note(mark);
    }

    /** The next request, if one is due; it is under way until `confirmed` or `refused`. */
    take(now: number): WireMark[] | undefined {
        if (this.dueAt > now) {
            return undefined;
        }

        const alone = [...this.#open].find((mark) => this.#alone.has(mark));
        this.#underWay = (alone ? [alone] : [...this.#open].slice(0, PER_FRAME)).map((mark) => ({
            mark,
            delivered: mark.delivered,
            read: mark.read,
        }));
        this.#deliveredNotBefore = now + INTERVAL;
        this.#readWaits = false;
        return this.#underWay.map(({ mark }) => ({
            conversation: mark.id,
            delivered: mark.delivered > mark.confirmedDelivered ? mark.delivered : 0,
            read: mark.read > mark.confirmedRead ? mark.read : 0,
        }));
    }

    /** The request under way is persisted. Gives the marks that changed by it. */
    confirmed(): Mark[] {
        const told = this.#underWay ?? [];
        this.#underWay = undefined;
        return told
            .filter(({ mark, delivered, read }) => {
                this.#alone.delete(mark);
                return this.confirm(mark, delivered, read);
            })
            .map(({ mark }) => mark);
    }

    /** Refused in passing: told again. For good: each alone, so that one does not hold up the others; refused alone, it is dropped. */
    refused(retryable: boolean, retryAfter: number, now: number): Mark[] {
        const told = this.#underWay ?? [];
        if (!retryable && told.length <= 1) {
            return this.confirmed();
        }

        this.#underWay = undefined;
        this.#notBefore = now + (retryable ? Math.max(retryAfter, INTERVAL) : 0);
        this.#readWaits ||= retryable;
        if (!retryable) {
            told.forEach(({ mark }) => this.#alone.add(mark));
        }

        return [];
    }

    /** What is not confirmed is told again on the next connection. */
    disconnected(): void {
        this.#underWay = undefined;
        this.#notBefore = 0;
        this.#readWaits = [...this.#open].some((mark) => mark.read > mark.confirmedRead);
    }

    /** Whether a mark has to be told. */
    note(mark: Mark): void {
        if (mark.delivered > mark.confirmedDelivered || mark.read > mark.confirmedRead) {
            this.#open.add(mark);
        } else {
            this.#open.delete(mark);
        }
    }
}
