import type { UserPresence } from '../api.js';
import type { ServerFrame } from '../wire/frames.js';
import { perFrame } from '../wire/limits.js';
import type { Conv } from './conv.js';
import type { Decisions, Progress, Requester, Rooms, Timer } from './host.js';
import { Phase } from './phase.js';
import { OwnTyping, PresenceBook, SharedSet, TypingBook } from './signals.js';

const WATCH_RETRY = 1000;
const OPEN_LIMIT = 32;

interface AttentionHost extends Requester, Rooms, Pick<Timer, 'now'>, Pick<Progress, 'state'>, Pick<Decisions, 'out'> {
    readonly phase: Phase;
}

/** What is never stored: who looks at what, typing, presence. */
export class Attention {
    own = new OwnTyping();
    readonly presenceBook = new PresenceBook();
    #m: AttentionHost;
    #typists = new TypingBook();
    #open = new SharedSet();
    #active = new Map<string, boolean>();

    constructor(m: AttentionHost) {
        this.#m = m;
    }

    /** Somebody looks at one of the holders, or none has said anything. */
    get isActive(): boolean {
        return this.#active.size === 0 || [...this.#active.values()].includes(true);
    }

    setOpen(holder: string, conversations: readonly string[]): void {
        const { added, removed } = this.#open.set(holder, conversations);
        this.#show(this.#typists.drop((id) => removed.includes(id)));
        if (added.length + removed.length > 0) {
            this.#tell();
        }
    }

    setActive(holder: string, active: boolean | undefined): void {
        const was = this.isActive;
        if (active === undefined) {
            this.#active.delete(holder);
        } else {
            this.#active.set(holder, active);
        }

        if (this.isActive === was) {
            return;
        }

        if (this.isActive) {
            // What changed meanwhile was not told.
            this.presenceBook.anew();
        } else {
            this.#show(this.#typists.drop(() => true));
        }

        this.#tell();
    }

    watch(holder: string, users: readonly string[]): void {
        this.presenceBook.set(holder, users);
    }

    release(prefix: string): void {
        const released = (holders: ReadonlyMap<string, unknown>): string[] =>
            [...holders.keys()].filter((holder) => holder.startsWith(prefix));
        released(this.#open.holders).forEach((holder) => this.setOpen(holder, []));
        released(this.presenceBook.wanted.holders).forEach((holder) => this.watch(holder, []));
        released(this.#active).forEach((holder) => this.setActive(holder, undefined));
    }

    typing(id: string, on: boolean): void {
        const { state, phase, now } = this.#m;
        if (on ? state === 'live' && this.own.typed(id, now) : this.own.stopped(id, now) && phase === Phase.open) {
            this.#m.out.frames.push({ typing: { conversation: id, on } });
        }
    }

    /** A session begins: it knows nothing of all this. */
    begin(): void {
        this.presenceBook.anew();
        if (!this.isActive || this.#open.holders.size > 0) {
            this.#tell();
        }
    }

    end(): void {
        this.own = new OwnTyping();
        this.#show(this.#typists.drop(() => true));
    }

    /** Whoever's message came has stopped typing. */
    wrote(conv: Conv, user: string): void {
        if (this.#typists.ended(conv.id, user)) {
            this.#show([conv.id]);
        }
    }

    dueAt(): number {
        const { canAsk } = this.#m;
        return Math.min(this.own.dueAt, this.#typists.dueAt, canAsk ? this.presenceBook.dueAt : Infinity);
    }

    advance(): void {
        const m = this.#m;
        this.own.takeIdle(m.now).forEach((conversation) => m.out.frames.push({ typing: { conversation, on: false } }));
        this.#show(this.#typists.expire(m.now));
        for (let watch; m.canAsk && (watch = this.presenceBook.take(m.now, m.limits));) {
            m.sendRequest({ watch }, ({ presence, err }) => {
                if (err) {
                    this.presenceBook.refused(!!err.retryable, m.now + Math.max(err.retry_after_ms ?? 0, WATCH_RETRY));
                } else {
                    this.#presences(this.presenceBook.answered(presence?.users ?? []));
                }
            });
        }
    }

    /** Takes a push that is for this part; false when it is not. */
    pushed({ typing, presence }: ServerFrame): boolean {
        if (typing) {
            const { conversation = '', users = [] } = typing;
            const isShown = this.isActive && this.#open.has(conversation);
            if (isShown && this.#typists.told(conversation, users, this.#m.now)) {
                this.#show([conversation]);
            }
        } else if (presence) {
            this.#presences(this.presenceBook.accept(presence.users ?? []));
        }

        return !!(typing ?? presence);
    }

    #show(conversations: readonly string[]): void {
        for (const conversation of conversations) {
            const conv = this.#m.conv(conversation);
            const users = (conv.typing = this.#typists.of(conversation));
            this.#m.tell({ type: 'typing', conversation, users });
            this.#m.touch(conv);
        }
    }

    #presences(changed: readonly UserPresence[]): void {
        const users = new Set(changed.map((presence) => presence.user));
        changed.forEach((presence) => this.#m.tell({ type: 'presence', presence }));
        if (users.size > 0) {
            this.#m.convs.forEach((conv) => conv.peer && users.has(conv.peer) && this.#m.touch(conv));
        }
    }

    /** Told in a session only; each new one is told anew. */
    #tell(): void {
        if (this.#m.phase === Phase.open) {
            // Of more than the protocol allows the last ones: they were opened last.
            const open = this.#open.all.slice(-perFrame(OPEN_LIMIT, this.#m.limits));
            this.#m.out.frames.push({ state: { activity: this.isActive ? 'active' : 'background', open } });
        }
    }
}
