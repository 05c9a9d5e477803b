import type { WireMark } from '../wire/frames.js';
import { type Limits, perFrame } from '../wire/limits.js';

const INTERVAL = 1000;
const PER_FRAME = 500;

export interface Marks {
    delivered: number;
    read: number;
}

/** Raises what is lower; false when nothing is. */
export function raise(marks: Marks, delivered: number, read: number): boolean {
    const isNews = isAbove({ delivered, read }, marks);
    marks.delivered = Math.max(marks.delivered, delivered);
    marks.read = Math.max(marks.read, read);
    return isNews;
}

const isAbove = (one: Marks, other: Marks): boolean => one.delivered > other.delivered || one.read > other.read;

/** The user's own marks in a conversation, and what the server confirmed of them. */
export interface Mark extends Marks {
    readonly id: string;
    readonly confirmed: Marks;
}

/**
 * What has to be told of the marks: coalesced, kept until the server has confirmed it, and told again after each `welcome`. One
 * request is under way at a time.
 */
export class MarkBook {
    #open = new Set<Mark>();
    #alone = new Set<Mark>();
    #underWay: ({ mark: Mark } & Marks)[] | undefined;
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
        this.#readWaits ||= read > mark.read;
        const isNews = raise(mark, Math.max(delivered, read), read);
        this.note(mark);
        return isNews;
    }

    /** The server says how far this user has come; false when that was known. */
    confirm(mark: Mark, delivered: number, read: number): boolean {
        raise(mark, delivered, read);
        const isNews = raise(mark.confirmed, delivered, read);
        this.note(mark);
        return isNews;
    }

    /** Nothing above a seq is there any more: marks above it would count for other entries. */
    lower(mark: Mark, seq: number): void {
        for (const marks of [mark, mark.confirmed]) {
            marks.delivered = Math.min(marks.delivered, seq);
            marks.read = Math.min(marks.read, seq);
        }

        this.#underWay = this.#underWay?.filter((told) => told.mark !== mark);
        this.note(mark);
    }

    /** The next request, if one is due; it is under way until `confirmed` or `refused`. */
    take(now: number, limits: Limits): WireMark[] | undefined {
        if (this.dueAt > now) {
            return undefined;
        }

        const alone = [...this.#open].find((mark) => this.#alone.has(mark));
        this.#underWay = (alone ? [alone] : [...this.#open].slice(0, perFrame(PER_FRAME, limits))).map((mark) => ({
            mark,
            delivered: mark.delivered,
            read: mark.read,
        }));
        this.#deliveredNotBefore = now + INTERVAL;
        this.#readWaits = false;
        return this.#underWay.map(({ mark: { id, delivered, read, confirmed } }) => ({
            conversation: id,
            delivered: delivered > confirmed.delivered ? delivered : 0,
            read: read > confirmed.read ? read : 0,
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
        this.#readWaits = [...this.#open].some((mark) => mark.read > mark.confirmed.read);
    }

    /** Whether a mark has to be told. */
    note(mark: Mark): void {
        this.#open[isAbove(mark, mark.confirmed) ? 'add' : 'delete'](mark);
    }
}
