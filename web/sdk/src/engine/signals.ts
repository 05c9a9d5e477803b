import type { UserPresence } from '../api.js';
import type { WirePresence } from '../wire/frames.js';
import { type Limits, perFrame } from '../wire/limits.js';

const TYPING_LASTS = 6000;
const TYPING_REPEAT = 3000;
const WATCH_PER_FRAME = 500;

/** What several holders want, each for itself: something is in it as long as one of them wants it. */
export class SharedSet {
    readonly holders = new Map<string, readonly string[]>();

    get all(): string[] {
        return [...new Set([...this.holders.values()].flat())];
    }

    has(item: string): boolean {
        return this.all.includes(item);
    }

    /** One holder wants exactly these. Gives what came into the set and what left it. */
    set(holder: string, items: readonly string[]): { added: string[]; removed: string[] } {
        const before = new Set(this.all);
        this.holders.delete(holder);
        if (items.length > 0) {
            this.holders.set(holder, [...items]);
        }

        const after = new Set(this.all);
        return {
            added: [...after].filter((item) => !before.has(item)),
            removed: [...before].filter((item) => !after.has(item)),
        };
    }
}

/** Where this user is writing, and what of it the server was told: again every 3 s, and its end 3 s after the last key. */
export class OwnTyping {
    #open = new Map<string, { toldAt: number; typedAt: number }>();

    get dueAt(): number {
        return Math.min(...[...this.#open.values()].map((each) => each.typedAt + TYPING_REPEAT));
    }

    /** True when it is to be told. */
    typed(id: string, now: number): boolean {
        const known = this.#open.get(id);
        const tell = !known || now - known.toldAt >= TYPING_REPEAT;
        this.#open.set(id, { toldAt: tell ? now : known.toldAt, typedAt: now });
        return tell;
    }

    /** True when it is to be told, because the server may believe otherwise. */
    stopped(id: string, now: number): boolean {
        const known = this.#open.get(id);
        this.#open.delete(id);
        return !!known && now - known.toldAt < TYPING_LASTS;
    }

    takeIdle(now: number): string[] {
        return [...this.#open]
            .filter(([, each]) => each.typedAt + TYPING_REPEAT <= now)
            .map(([id]) => id)
            .filter((id) => this.stopped(id, now));
    }

    /** A message ends it without a word. */
    clear(id: string): void {
        this.#open.delete(id);
    }
}

/** Who is writing in which conversation. Each ends by itself unless it is told again. */
export class TypingBook {
    #rooms = new Map<string, { user: string; until: number }[]>();

    get dueAt(): number {
        return Math.min(...[...this.#rooms.values()].flat().map((typist) => typist.until));
    }

    of(id: string): string[] {
        return this.#rooms.get(id)?.map((typist) => typist.user) ?? [];
    }

    /** The server names all who type there; true when that changes something. */
    told(id: string, users: readonly string[], now: number): boolean {
        const before = this.of(id);
        this.#keep(
            id,
            users.map((user) => ({ user, until: now + TYPING_LASTS })),
        );
        return before.join() !== this.of(id).join();
    }

    /** True when this user was writing there. */
    ended(id: string, user: string): boolean {
        const room = this.#rooms.get(id) ?? [];
        const left = room.filter((typist) => typist.user !== user);
        this.#keep(id, left);
        return left.length < room.length;
    }

    /** The conversations in which somebody's typing ended by itself. */
    expire(now: number): string[] {
        const changed: string[] = [];
        this.#rooms.forEach((room, id) => {
            const left = room.filter((typist) => typist.until > now);
            if (left.length < room.length) {
                this.#keep(id, left);
                changed.push(id);
            }
        });
        return changed;
    }

    /** Nothing more is told of these. */
    drop(which: (id: string) => boolean): string[] {
        const gone = [...this.#rooms.keys()].filter(which);
        gone.forEach((id) => this.#rooms.delete(id));
        return gone;
    }

    #keep(id: string, room: { user: string; until: number }[]): void {
        if (room.length > 0) {
            this.#rooms.set(id, room);
        } else {
            this.#rooms.delete(id);
        }
    }
}

/** Whose presence is wanted and what is known of it. All of it is told again after each `welcome`, one request at a time. */
export class PresenceBook {
    readonly wanted = new SharedSet();
    readonly known = new Map<string, UserPresence>();
    #add = new Set<string>();
    #remove = new Set<string>();
    #underWay: { add: string[]; remove: string[] } | undefined;
    #notBefore = 0;

    get dueAt(): number {
        return !this.#underWay && this.#add.size + this.#remove.size > 0 ? this.#notBefore : Infinity;
    }

    set(holder: string, users: readonly string[]): void {
        const { added, removed } = this.wanted.set(holder, users);
        for (const user of added) {
            this.#add.add(user);
            this.#remove.delete(user);
        }

        for (const user of removed) {
            this.#add.delete(user);
            this.#remove.add(user);
            this.known.delete(user);
        }
    }

    /** The server knows nothing of the list: a new session, or it did not tell for a while. */
    anew(): void {
        this.#underWay = undefined;
        this.#notBefore = 0;
        this.#remove.clear();
        this.#add = new Set(this.wanted.all);
    }

    /** The next request, if one is due. */
    take(now: number, limits: Limits): { add: string[]; remove: string[] } | undefined {
        if (this.dueAt > now) {
            return undefined;
        }

        const most = perFrame(WATCH_PER_FRAME, limits);
        const watch = { add: [...this.#add].slice(0, most), remove: [...this.#remove].slice(0, most) };
        watch.add.forEach((user) => this.#add.delete(user));
        watch.remove.forEach((user) => this.#remove.delete(user));
        return (this.#underWay = watch);
    }

    /** Those of the request that the answer names have a presence to be seen; of the others nothing is known. Gives what changed. */
    answered(states: readonly WirePresence[]): UserPresence[] {
        const asked = this.#underWay?.add ?? [];
        this.#underWay = undefined;
        const changed = this.accept(states);
        for (const user of asked.filter((each) => !states.some((state) => state.user === each))) {
            if (this.known.get(user)?.online) {
                changed.push({ user, online: false });
            }

            this.known.delete(user);
        }

        return changed;
    }

    /** Told again when that may help, else these users stay unknown. */
    refused(retryable: boolean, retryAt: number): void {
        if (retryable) {
            this.#underWay?.add.filter((user) => this.wanted.has(user)).forEach((user) => this.#add.add(user));
            this.#underWay?.remove.filter((user) => !this.wanted.has(user)).forEach((user) => this.#remove.add(user));
            this.#notBefore = retryAt;
        }

        this.#underWay = undefined;
    }

    /** Presence as it is told. Gives what changed. */
    accept(states: readonly WirePresence[]): UserPresence[] {
        const wanted = new Set(this.wanted.all);
        const changed: UserPresence[] = [];
        for (const { user = '', online = false, since } of states) {
            const known = this.known.get(user);
            if (wanted.has(user) && (known?.online !== online || known.since !== since)) {
                const presence: UserPresence = { user, online, since };
                this.known.set(user, presence);
                changed.push(presence);
            }
        }

        return changed;
    }
}
