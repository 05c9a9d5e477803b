import { Code, fault, unpackError } from '../errors.js';
import { unpack } from './messages.js';
import type { Method, TabMessage } from './messages.js';
import type { PortEvent } from '../engine/port.js';

type Welcome = Extract<TabMessage, { t: 'welcome' }>;

interface Waiting {
    readonly method: Method;
    readonly args: readonly unknown[];
    readonly resolve: (value: unknown) => void;
    readonly reject: (error: unknown) => void;
    /** Part of catching up: of no use with another leader. */
    readonly isInner: boolean;
    cancel: () => void;
}

interface Told {
    readonly epoch: number;
    readonly n: number;
    readonly event: PortEvent;
}

export interface FollowerTimes {
    /** How often a tab looks whether the leader lives. */
    readonly pingMs: number;
    /** How long the leader may be silent. */
    readonly patienceMs: number;
    /** How long a call waits for any leader. */
    readonly callMs: number;
}

export interface FollowerHost {
    readonly tab: string;
    readonly times: FollowerTimes;
    post(message: TabMessage): void;
    /** How far the leader is; resolves when this tab has caught up with it. */
    welcomed(welcome: Welcome): Promise<void>;
    event(event: PortEvent): void;
    /** The leader is dead, or as good as dead. */
    lost(): void;
    /** Nobody looks at this tab: then it does not matter how soon a dead leader is noticed. */
    isHidden(): boolean;
}

/** So many events may wait while this tab catches up; above it, it begins anew. */
const most = 10_000;

/** What says that the leader lives. */
const ofLeader: ReadonlySet<string> = new Set(['lead', 'welcome', 'event', 'wanted', 'pong']);

/** Speaks to the leader of another tab: calls and events, and whether it lives. */
export class Follower {
    readonly #waiting = new Map<number, Waiting>();
    #epoch = 0;
    #n = 0;
    /** Events that came since `hello`; undefined when this tab is up to date. */
    #kept: Told[] | undefined = [];
    /** What is being caught up for. */
    #busy: Told[] | undefined;
    #calls = 0;
    #ready = false;
    #silentSince: number | undefined;
    #lastLook = 0;
    #timer: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly host: FollowerHost) {
        this.#hello(0);
        this.#look();
    }

    get epoch(): number {
        return this.#epoch;
    }

    call(method: Method, args: readonly unknown[]): Promise<unknown> {
        return this.#ask(method, args, false);
    }

    /** A call within the catching up, ahead of all that wait for its end. */
    ask(method: Method, args: readonly unknown[]): Promise<unknown> {
        return this.#ask(method, args, true);
    }

    handle(message: TabMessage): void {
        if ('to' in message && message.to !== this.host.tab) return;
        if (ofLeader.has(message.t) && 'epoch' in message && message.epoch === this.#epoch)
            this.#silentSince = undefined;
        switch (message.t) {
            case 'lead':
                if (message.epoch > this.#epoch) this.#hello(message.epoch);
                break;
            case 'welcome':
                void this.#welcomed(message);
                break;
            case 'event':
                this.#event(message);
                break;
            case 'pong':
                if (message.epoch === this.#epoch && this.#kept === undefined && message.n > this.#n)
                    this.#hello(this.#epoch);
                break;
            case 'take':
                // Another tab is about to lead.
                this.#silentSince = undefined;
                break;
            case 'answer':
                this.#silentSince = undefined;
                this.#answered(message);
                break;
        }
    }

    /** Ends it; what waits for an answer is handed over to whom this tab asks next. */
    end(): readonly Waiting[] {
        clearTimeout(this.#timer);
        this.#breakOff();
        this.#kept = undefined;
        const waiting = [...this.#waiting.values()];
        waiting.forEach((each) => each.cancel());
        this.#waiting.clear();
        return waiting;
    }

    #ask(method: Method, args: readonly unknown[], isInner: boolean): Promise<unknown> {
        return new Promise((resolve, reject) => {
            const id = ++this.#calls;
            this.#waiting.set(id, { method, args, resolve, reject, isInner, cancel: () => undefined });
            if (this.#ready || isInner) this.#post(id);
            else this.#limit(id);
        });
    }

    #hello(epoch: number): void {
        this.#breakOff();
        if (epoch !== this.#epoch) this.#ready = false;
        this.#epoch = epoch;
        this.#kept = [];
        this.#silentSince = undefined;
        this.host.post({ t: 'hello', from: this.host.tab });
    }

    /** Ends what is being caught up. */
    #breakOff(): void {
        for (const [id, call] of this.#waiting) {
            if (!call.isInner) continue;
            this.#waiting.delete(id);
            call.reject(fault(Code.unavailable, 'unavailable', 'Another tab leads now.', true));
        }
    }

    async #welcomed(message: Welcome): Promise<void> {
        const kept = this.#kept;
        if (kept === undefined || kept === this.#busy || message.epoch < this.#epoch) return;
        this.#busy = kept;
        if (this.#epoch !== message.epoch) this.#ready = false;
        const isNew = !this.#ready;
        this.#epoch = message.epoch;
        this.#n = message.n;
        try {
            await this.host.welcomed(unpack(message) as Welcome);
        } catch {
            if (this.#kept === kept) this.#hello(this.#epoch);
            return;
        }
        // Meanwhile it may have begun anew.
        if (this.#kept !== kept || this.#epoch !== message.epoch) return;
        this.#kept = undefined;
        if (isNew) {
            this.#ready = true;
            for (const id of [...this.#waiting.keys()]) this.#post(id);
        }
        for (const { epoch, n, event } of kept) if (epoch === this.#epoch && !this.#next(n, event)) break;
    }

    #event({ epoch, n, event }: Extract<TabMessage, { t: 'event' }>): void {
        if (epoch < this.#epoch) return;
        if (epoch > this.#epoch && this.#epoch !== 0) {
            this.#hello(epoch);
        } else if (this.#kept === undefined) {
            this.#next(n, event);
        } else if (this.#kept.length < most) {
            this.#kept.push({ epoch, n, event });
        } else {
            this.#hello(epoch);
        }
    }

    #next(n: number, event: PortEvent): boolean {
        if (n <= this.#n) return true;
        if (n > this.#n + 1) {
            this.#hello(this.#epoch);
            return false;
        }
        this.#n = n;
        this.host.event(unpack(event) as PortEvent);
        return true;
    }

    #post(id: number): void {
        const call = this.#waiting.get(id);
        if (call === undefined) return;
        call.cancel();
        const { method, args } = call;
        try {
            this.host.post({ t: 'call', from: this.host.tab, epoch: this.#epoch, id, method, args });
        } catch (error) {
            // It cannot be cloned.
            this.#waiting.delete(id);
            call.reject(error);
        }
    }

    #limit(id: number): void {
        const call = this.#waiting.get(id);
        if (call === undefined) return;
        const timer = setTimeout(() => {
            this.#waiting.delete(id);
            call.reject(fault(Code.unavailable, 'unavailable', 'No tab answers.', true));
        }, this.host.times.callMs);
        call.cancel = () => clearTimeout(timer);
    }

    #answered({ id, value, error }: Extract<TabMessage, { t: 'answer' }>): void {
        const call = this.#waiting.get(id);
        if (call === undefined) return;
        this.#waiting.delete(id);
        if (error === undefined) call.resolve(unpack(value));
        else call.reject(unpackError(error));
    }

    /** Asks the leader whether it lives. A tab that slept itself asks once more before it takes over. */
    #look(): void {
        const { pingMs, patienceMs } = this.host.times;
        const now = performance.now();
        const slept = now - this.#lastLook > 2 * pingMs;
        this.#lastLook = now;
        if (slept) this.#silentSince = undefined;
        if (this.#epoch !== 0 && (!this.host.isHidden() || this.#waiting.size > 0)) {
            if (this.#silentSince !== undefined && now - this.#silentSince >= patienceMs) {
                this.host.lost();
                return;
            }
            this.#silentSince ??= now;
            this.host.post({ t: 'ping', from: this.host.tab, epoch: this.#epoch });
        }
        this.#timer = setTimeout(() => this.#look(), pingMs);
    }
}
