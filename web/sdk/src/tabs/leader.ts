import { asConnectError, packError } from '../errors.js';
import type { EngineCalls, EnginePort, PortEvent } from '../engine/port.js';
import { pack } from './messages.js';
import type { Method, TabLocks, TabMessage } from './messages.js';

/** The methods whose first argument names who wants something. */
const ofHolders: ReadonlySet<Method> = new Set(['setOpen', 'setActive', 'watch', 'release']);

/** Serves the engine of this tab to all others. */
export class Leader {
    readonly #gone = new Map<string, AbortController>();
    readonly #stop: () => void;
    #n = 0;
    #closing = false;

    constructor(
        readonly engine: EnginePort,
        readonly epoch: number,
        private readonly post: (message: TabMessage) => void,
        private readonly tab: { readonly name: string; readonly locks: TabLocks },
        private wanted: boolean,
    ) {
        this.#stop = engine.onEvent((event) => this.#tell(event));
        post({ t: 'lead', epoch });
        if (wanted) void engine.call('connect').catch(() => undefined);
    }

    /** A call of this tab or another. */
    async call<M extends Method>(
        tab: string,
        method: M,
        args: Parameters<EngineCalls[M]>,
    ): Promise<ReturnType<EngineCalls[M]>> {
        if (method === 'connect' || method === 'disconnect') {
            this.wanted = method === 'connect';
            this.post({ t: 'wanted', epoch: this.epoch, wanted: this.wanted });
        }
        if (!ofHolders.has(method)) return this.engine.call(method, ...args);
        const [holder, ...rest] = args as unknown as [string, ...unknown[]];
        const held = [`${tab}/${holder}`, ...rest] as unknown as Parameters<EngineCalls[M]>;
        return this.engine.call(method, ...held);
    }

    handle(message: TabMessage): void {
        switch (message.t) {
            case 'hello':
                this.#watch(message.from);
                void this.#welcome(message.from);
                break;
            case 'ping':
                // Of a leader before this one: that tab is welcomed as soon as it says hello.
                if (message.epoch !== this.epoch) this.post({ t: 'lead', epoch: this.epoch });
                else this.post({ t: 'pong', to: message.from, epoch: this.epoch, n: this.#n });
                break;
            case 'call':
                if (message.epoch === this.epoch) void this.#serve(message);
                break;
            case 'leave':
                this.#left(message.from);
                break;
        }
    }

    /** Ends the reign; the engine is closed when it resolves. */
    async close(): Promise<void> {
        // Who still waits for an answer asks the next leader.
        this.#closing = true;
        for (const watch of this.#gone.values()) watch.abort();
        this.#gone.clear();
        await this.engine.close();
        this.#stop();
    }

    #tell(event: PortEvent): void {
        this.post({ t: 'event', epoch: this.epoch, n: ++this.#n, event: pack(event) as PortEvent });
    }

    async #welcome(to: string): Promise<void> {
        // Counted before it is asked: what is told meanwhile comes once more, and not too seldom.
        const n = this.#n;
        const rooms = await this.engine.call('rooms').catch(() => undefined);
        if (rooms === undefined) return;
        const { state } = this.engine;
        const { epoch, wanted } = this;
        this.post(pack({ t: 'welcome', to, epoch, n, state, rooms, wanted }) as TabMessage);
    }

    async #serve({ from: to, id, method, args }: Extract<TabMessage, { t: 'call' }>): Promise<void> {
        try {
            const value = await this.call(to, method, args as Parameters<EngineCalls[typeof method]>);
            this.post({ t: 'answer', to, id, value: pack(value) });
        } catch (error) {
            if (this.#closing) return;
            this.post({ t: 'answer', to, id, error: packError(asConnectError(error)) });
        }
    }

    /** Each tab holds a lock of its own as long as it lives: who gets it knows that the tab is gone. */
    #watch(tab: string): void {
        if (this.#gone.has(tab)) return;
        const ends = new AbortController();
        this.#gone.set(tab, ends);
        void this.tab.locks
            .request(`${this.tab.name}:${tab}`, { signal: ends.signal }, async () => this.#left(tab))
            .catch(() => undefined);
    }

    #left(tab: string): void {
        const watch = this.#gone.get(tab);
        if (watch === undefined) return;
        this.#gone.delete(tab);
        watch.abort();
        void this.engine.call('release', `${tab}/`).catch(() => undefined);
    }
}
