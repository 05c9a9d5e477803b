import type { ServerFrame, WireSummary } from '../wire/frames.js';
import { perFrame } from '../wire/limits.js';
import type { Conv } from './conv.js';
import type { Progress, Requester, Rooms, Timer } from './host.js';

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;
/** Between two questions about single conversations, so that what changes together is asked together. */
const STALE_PAUSE = 100;
const PAGE = 200;

interface ListHost extends Requester, Pick<Timer, 'now'>, Pick<Progress, 'state'>, Pick<Rooms, 'convs'> {
    readonly log: {
        summary(summary: WireSummary, fresh?: boolean): void;
        gone(conv: Conv, over: boolean): void;
    };
    tellState(): void;
}

/** The reading of the server's list: all of it, page by page, then what is hidden; and single conversations that changed. */
export class ListRead {
    /** Rises with each entry; an answer holds as of the step in which it was asked for. */
    step = 1;
    isOpen = false;
    /** At least once, as a whole. */
    wasRead = false;
    #m: ListHost;
    #fresh = false;
    #hidden = false;
    #after = '';
    #askedAt = 0;
    #listed = new Set<string>();
    #dueAt = Infinity;
    #pause = FIRST_PAUSE;
    #stale = new Map<Conv, number>();
    #staleAt = 0;
    #asking = false;

    constructor(m: ListHost) {
        this.#m = m;
    }

    dueAt(): number {
        const { state, canAsk } = this.#m;
        if (state !== 'live' || !canAsk) {
            return Infinity;
        }

        return Math.min(this.#dueAt, this.#stale.size > 0 && !this.#asking && !this.isOpen ? this.#staleAt : Infinity);
    }

    /** From the first page on. */
    begin(fresh = false): void {
        this.isOpen = true;
        this.#fresh = fresh;
        this.#hidden = false;
        this.#after = '';
        this.#askedAt = this.step;
        this.#listed = new Set();
        this.#pause = FIRST_PAUSE;
        this.#dueAt = this.#m.now;
    }

    /** The server has to say more of this one. */
    stale(conv: Conv): void {
        if (this.#stale.size === 0) {
            this.#staleAt = Math.max(this.#staleAt, this.#m.now);
        }

        this.#stale.set(conv, ++this.step);
    }

    /** The next session begins it anew, if it was open. */
    disconnected(): void {
        this.#dueAt = Infinity;
        this.#asking = false;
    }

    advance(): void {
        const m = this.#m;
        if (this.dueAt() > m.now) {
            return;
        }

        if (this.#dueAt > m.now) {
            this.#ask();
            return;
        }

        const listed = this.#listed;
        const filter = this.#hidden ? ('hidden' as const) : undefined;
        this.#dueAt = Infinity;
        m.sendRequest({ conversations: { after: this.#after, limit: PAGE, filter } }, (frame) => {
            // It may have been begun anew.
            if (listed === this.#listed) {
                this.#took(frame);
            }
        });
    }

    #took({ conversations, err }: ServerFrame): void {
        const m = this.#m;
        if (!conversations) {
            this.isOpen = !!err?.retryable;
            if (this.isOpen) {
                this.#dueAt = m.now + Math.max(err?.retry_after_ms ?? 0, this.#pause);
                this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
            }

            return;
        }

        this.#pause = FIRST_PAUSE;
        for (const item of conversations.items ?? []) {
            this.#listed.add(item.id ?? '');
            m.log.summary(item, this.#fresh);
        }

        this.#after = conversations.next ?? '';
        if (!this.#after && this.#hidden) {
            this.#end();
        } else {
            this.#hidden ||= !this.#after;
            this.#dueAt = m.now;
        }
    }

    /** What is in neither list, and had no entry since, is not this user's any more. */
    #end(): void {
        const m = this.#m;
        for (const conv of m.convs.values()) {
            if (conv.told && conv.touchedAt <= this.#askedAt && !this.#listed.has(conv.id)) {
                m.log.gone(conv, conv.told.kind !== 'direct');
            }
        }

        this.#stale.forEach((since, conv) => {
            if (since <= this.#askedAt) {
                this.#stale.delete(conv);
            }
        });
        this.isOpen = false;
        if (!this.wasRead) {
            this.wasRead = true;
            m.tellState();
        }
    }

    #ask(): void {
        const m = this.#m;
        const asked = [...this.#stale.keys()].slice(0, perFrame(PAGE, m.limits));
        const step = this.step;
        this.#asking = true;
        m.sendRequest({ conversations: { ids: asked.map((conv) => conv.id) } }, ({ conversations, err }) => {
            this.#asking = false;
            this.#staleAt = m.now + Math.max(STALE_PAUSE, err ? FIRST_PAUSE : 0, err?.retry_after_ms ?? 0);
            if (!conversations) {
                return;
            }

            const found = new Map(conversations.items?.map((item) => [item.id, item]));
            for (const conv of asked) {
                if ((this.#stale.get(conv) ?? 0) <= step) {
                    this.#stale.delete(conv);
                }

                const item = found.get(conv.id);
                if (item && (conv.told || !this.#stale.has(conv))) {
                    m.log.summary(item);
                } else if (conv.told && !this.#stale.has(conv)) {
                    m.log.gone(conv, conv.told.kind !== 'direct');
                }
            }
        });
    }
}
