import type { Outgoing } from '../api.js';
import { newCid } from '../engine/outbox.js';
import type { EngineCalls, EnginePort, PortEvent, PortState } from '../engine/port.js';
import { Code, ConnectError, fault } from '../errors.js';
import { DEFAULT_LIMITS, toldLimits } from '../wire/limits.js';
import { Acks } from './acks.js';
import { Feed } from './feed.js';
import { Follower } from './follower.js';
import type { FollowerTimes } from './follower.js';
import { Holders } from './holders.js';
import { Leader } from './leader.js';
import type { Channel, Method, TabLocks, TabMessage } from './messages.js';

export interface TabPortOptions {
    /** All tabs of this name share one engine: one name for one login. */
    readonly name: string;
    readonly locks: TabLocks;
    readonly channel: Channel;
    readonly times: FollowerTimes;
    /** How long a tab that takes over waits for the engine of the one before to be closed. */
    readonly handoverMs: number;
    /** Tells `freeze` and `resume` of the page, where there is one. */
    readonly life?: EventTarget | undefined;
}

/** From the wish to lead to its end. */
interface Reign {
    readonly epoch: number;
    leader?: Leader;
    isOver: boolean;
    end: () => void;
}

/**
 * One engine for all tabs: the tab that holds the lock runs it, the others speak to it. When that tab goes, dies or freezes,
 * another one takes over from the store, and what was asked and not answered is asked again.
 */
export class TabPort implements EnginePort {
    state: PortState = {
        change: { state: 'offline' },
        user: '',
        clock: 0,
        ...toldLimits(DEFAULT_LIMITS),
        complete: false,
    };
    readonly #tab = crypto.randomUUID();
    readonly #open: () => EnginePort;
    readonly #options: TabPortOptions;
    readonly #listeners = new Set<(event: PortEvent) => void>();
    readonly #feed = new Feed((event) => this.#tell(event));
    readonly #holders = new Holders();
    readonly #acks = new Acks();
    #reign: Reign | undefined;
    #follower: Follower | undefined;
    #queued: AbortController | undefined;
    #handedOver: () => void = () => undefined;
    #endLife: () => void = () => undefined;
    #wanted = false;
    #frozen = false;
    #closed = false;

    /** `open` makes the engine; it is called when this tab begins to lead. */
    constructor(open: () => EnginePort, options: TabPortOptions) {
        this.#open = open;
        this.#options = options;
        options.channel.onmessage = ({ data }) => this.#handle(data as TabMessage);
        // As long as this lock is held the tab lives; the leader waits for it.
        void options.locks
            .request(`${options.name}:${this.#tab}`, {}, () => new Promise((resolve) => (this.#endLife = resolve)))
            .catch(() => undefined);
        const { life } = options;
        life?.addEventListener('freeze', this.#freeze);
        life?.addEventListener('resume', this.#thaw);
        this.#follow();
        this.#queue();
    }

    /** Whether this tab has the engine. */
    get isLeader(): boolean {
        return this.#reign?.leader !== undefined;
    }

    async call<M extends keyof EngineCalls>(
        method: M,
        ...args: Parameters<EngineCalls[M]>
    ): Promise<ReturnType<EngineCalls[M]>> {
        if (this.#closed) throw closed();
        this.#holders.take(method, args);
        if (method === 'connect' || method === 'disconnect') this.#wanted = method === 'connect';
        // A send that is asked for again is the same message.
        const cid = newCid(Date.now() + this.state.clock, Math.random);
        const all = method === 'send' && args.length < 5 ? [...args, cid] : args;
        try {
            return (await this.#dispatch(method, all)) as ReturnType<EngineCalls[M]>;
        } catch (error) {
            const ack = method === 'sent' ? this.#acks.of(args[0] as string) : undefined;
            const isUnknown = error instanceof ConnectError && error.word === 'unknown_outcome';
            if (ack === undefined || !isUnknown) throw error;
            return ack as ReturnType<EngineCalls[M]>;
        }
    }

    onEvent(listener: (event: PortEvent) => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    /** Lets go of the other tabs; one of them leads on. */
    async close(): Promise<void> {
        if (this.#closed) return;
        this.#closed = true;
        this.#unqueue();
        this.#options.life?.removeEventListener('freeze', this.#freeze);
        this.#options.life?.removeEventListener('resume', this.#thaw);
        const reign = this.#reign;
        this.#reign = undefined;
        await reign?.leader?.close();
        if (reign === undefined) this.#post({ t: 'leave', from: this.#tab });
        reign?.end();
        this.#follower?.end().forEach(({ reject }) => reject(closed()));
        this.#endLife();
        this.#options.channel.onmessage = null;
        this.#options.channel.close();
        this.#listeners.clear();
    }

    #post(message: TabMessage): void {
        this.#options.channel.postMessage(message);
    }

    #tell(event: PortEvent): void {
        if (event.type === 'state') this.state = event.state;
        this.#acks.take(event, this.state.user);
        for (const listener of [...this.#listeners]) listener(event);
    }

    #handle(message: TabMessage): void {
        if (message.t === 'closed') this.#handedOver();
        const reign = this.#reign;
        if (reign?.leader !== undefined) {
            if ((message.t === 'lead' || message.t === 'take') && message.epoch > reign.epoch) void this.#depose(reign);
            else reign.leader.handle(message);
            return;
        }
        if (message.t === 'wanted' || (message.t === 'welcome' && message.to === this.#tab))
            this.#wanted = message.wanted;
        this.#follower?.handle(message);
    }

    async #dispatch(method: Method, args: readonly unknown[]): Promise<unknown> {
        const reign = this.#reign;
        if (reign?.leader === undefined) {
            if (this.#follower === undefined) throw closed();
            return this.#follower.call(method, args);
        }
        try {
            return await reign.leader.call(this.#tab, method, args as never);
        } catch (error) {
            // The engine was closed because another tab leads now: that one has the answer.
            if (this.#reign === reign || this.#closed) throw error;
            return this.#dispatch(method, args);
        }
    }

    // ---- following ---------------------------------------------------------------------------------------------

    #follow(): void {
        const follower: Follower = new Follower({
            tab: this.#tab,
            times: this.#options.times,
            post: (message) => this.#post(message),
            event: (event) => this.#feed.take(event),
            isHidden: () => globalThis.document?.visibilityState === 'hidden',
            lost: () => this.#take(),
            welcomed: async ({ state, rooms }) => {
                await this.#feed.catchUp(state, rooms, (...args) => follower.ask('read', args) as never);
                for (const { method, args } of this.#holders.all())
                    void follower.ask(method, args).catch(() => undefined);
            },
        });
        this.#follower = follower;
    }

    // ---- leading -----------------------------------------------------------------------------------------------

    /** Leads when the tab that leads is gone. */
    #queue(): void {
        if (this.#closed || this.#frozen || this.#queued !== undefined) return;
        this.#queued = new AbortController();
        this.#ask({ signal: this.#queued.signal }, false);
    }

    #unqueue(): void {
        this.#queued?.abort();
        this.#queued = undefined;
    }

    /** The page will stand still, though it goes on hearing the other tabs: it must not lead. */
    readonly #freeze = (): void => {
        this.#frozen = true;
        this.#unqueue();
        if (this.#reign !== undefined) void this.#depose(this.#reign);
    };

    readonly #thaw = (): void => {
        this.#frozen = false;
        if (this.#reign === undefined) this.#queue();
    };

    /** Leads now, in place of a leader that does not answer. */
    #take(): void {
        this.#unqueue();
        this.#ask({ steal: true }, true);
    }

    #ask(options: { signal?: AbortSignal; steal?: boolean }, isTaken: boolean): void {
        let reign: Reign | undefined;
        const { locks, name } = this.#options;
        locks
            .request(`${name}:engine`, options, () => {
                this.#queued = undefined;
                if (this.#closed || this.#frozen) return Promise.resolve();
                const epoch = Math.max(Date.now() + Math.random(), (this.#follower?.epoch ?? 0) + 1);
                return new Promise<void>((end) => {
                    reign = { epoch, isOver: false, end };
                    void this.#lead(reign, isTaken);
                });
            })
            .catch(() => {
                if (reign !== undefined) void this.#depose(reign);
            });
    }

    async #lead(reign: Reign, isTaken: boolean): Promise<void> {
        if (isTaken) await this.#handover(reign.epoch);
        if (reign.isOver || this.#closed) return reign.end();
        const waiting = this.#follower?.end() ?? [];
        this.#follower = undefined;
        const engine = this.#open();
        const { name, locks } = this.#options;
        const leader = new Leader(engine, reign.epoch, (message) => this.#post(message), { name, locks }, this.#wanted);
        reign.leader = leader;
        this.#reign = reign;
        let kept: PortEvent[] | undefined = [];
        engine.onEvent((event) => {
            if (kept === undefined) this.#feed.take(event);
            else kept.push(event);
        });
        try {
            const rooms = await engine.call('rooms');
            await this.#feed.catchUp(engine.state, rooms, (...args) => engine.call('read', ...args));
        } catch {
            // A store that cannot be read: the state says so.
            this.#tell({ type: 'state', state: engine.state });
        }
        const missed = kept;
        kept = undefined;
        if (this.#reign === reign) missed.forEach((event) => this.#feed.take(event));
        for (const { method, args } of this.#holders.all()) void this.#dispatch(method, args).catch(() => undefined);
        for (const { method, args, resolve, reject } of waiting) this.#dispatch(method, args).then(resolve, reject);
    }

    /** Gives a leader that lives after all the time to close its engine, for the store is for one at a time. */
    #handover(epoch: number): Promise<void> {
        return new Promise((resolve) => {
            const timer = setTimeout(resolve, this.#options.handoverMs);
            this.#handedOver = () => {
                clearTimeout(timer);
                resolve();
            };
            this.#post({ t: 'take', epoch });
        });
    }

    /** What is in the outbox, or nothing when the engine cannot say so soon: it is closed all the same. */
    #outgoing(engine: EnginePort): Promise<readonly Outgoing[]> {
        return new Promise((resolve) => {
            setTimeout(() => resolve([]), this.#options.handoverMs);
            engine.call('outgoing').then(resolve, () => resolve([]));
        });
    }

    /** Another tab took over. */
    async #depose(reign: Reign): Promise<void> {
        if (reign.isOver) return;
        reign.isOver = true;
        reign.end();
        if (this.#closed) return;
        const { leader } = reign;
        this.#reign = undefined;
        this.#follower?.end();
        this.#follow();
        if (leader !== undefined) {
            // What this tab took in while nobody heard it: the next leader is told once more, under the same cids.
            const left = await this.#outgoing(leader.engine);
            await leader.close();
            this.#post({ t: 'closed', epoch: reign.epoch });
            for (const { state, conversation, text, to = '', cid } of left) {
                if (state === 'failed') continue;
                void this.#dispatch('send', [conversation, text, 0, to, cid]).catch(() => undefined);
            }
        }
        if (this.#reign === undefined) this.#queue();
    }
}

function closed(): ConnectError {
    return fault(Code.unavailable, 'unavailable', 'The client is closed.');
}
