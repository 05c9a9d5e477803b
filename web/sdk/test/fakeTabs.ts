import type { Entry, Outgoing } from '../src/api.js';
import type { EngineCalls, EnginePort, PortEvent, PortState, Room } from '../src/engine/port.js';
import { ConnectError } from '../src/errors.js';
import type { Channel, TabLocks } from '../src/tabs/messages.js';

/** The locks of one browser: who asks waits in line, a tab that dies lets go of all. */
export class FakeLocks {
    readonly #held = new Map<string, { tab: object; lose: () => void }>();
    #line: { name: string; tab: object; grant: () => void }[] = [];

    /** The locks as one tab sees them. */
    of(tab: object): TabLocks {
        return { request: (name, options, work) => this.#request(tab, name, options, work) };
    }

    /** The tab is gone: no code of it runs any more. */
    kill(tab: object): void {
        this.#line = this.#line.filter((each) => each.tab !== tab);
        for (const [name, held] of [...this.#held]) if (held.tab === tab) this.#release(name, held);
    }

    #request(tab: object, name: string, options: { signal?: AbortSignal; steal?: boolean }, work: () => Promise<void>) {
        return new Promise<void>((resolve, reject) => {
            const grant = () => {
                const held = { tab, lose: () => reject(new DOMException('Stolen.', 'AbortError')) };
                this.#held.set(name, held);
                void Promise.resolve()
                    .then(work)
                    .then(resolve, reject)
                    .finally(() => this.#release(name, held));
            };
            if (options.steal === true) {
                const before = this.#held.get(name);
                this.#held.delete(name);
                before?.lose();
                grant();
            } else if (this.#held.has(name)) {
                const asked = { name, tab, grant };
                this.#line.push(asked);
                options.signal?.addEventListener('abort', () => {
                    this.#line = this.#line.filter((each) => each !== asked);
                    reject(options.signal?.reason as Error);
                });
            } else {
                grant();
            }
        });
    }

    #release(name: string, held: object): void {
        if (this.#held.get(name) !== held) return;
        this.#held.delete(name);
        const at = this.#line.findIndex((each) => each.name === name);
        if (at >= 0) this.#line.splice(at, 1)[0]?.grant();
    }
}

/** A channel of Node whose tab can be killed, frozen, and made to miss messages. */
export class FakeChannel implements Channel {
    onmessage: ((event: MessageEvent) => void) | null = null;
    /** Messages that do not arrive. */
    drop: (message: { t: string }) => boolean = () => false;
    isFrozen = false;
    readonly #inner: BroadcastChannel;
    readonly #waiting: MessageEvent[] = [];

    constructor(name: string) {
        this.#inner = new BroadcastChannel(name);
        this.#inner.onmessage = (event) => {
            const message = event as unknown as MessageEvent<{ t: string }>;
            if (this.isFrozen) this.#waiting.push(message);
            else if (!this.drop(message.data)) this.onmessage?.(message);
        };
    }

    postMessage(message: unknown): void {
        if (!this.isFrozen) this.#inner.postMessage(message);
    }

    thaw(): void {
        this.isFrozen = false;
        for (const message of this.#waiting.splice(0)) this.onmessage?.(message);
    }

    close(): void {
        this.#inner.close();
    }
}

/** What all engines of a device share: its store, and a server that gives numbers to what is sent. */
export class FakeDevice {
    readonly log: Entry[] = [];
    readonly outbox = new Map<string, Outgoing>();
    readonly wishes = new Map<string, readonly unknown[]>();
    readonly engines: FakeEngine[] = [];
    /** Sends are acknowledged at once. */
    isAcking = true;

    get open(): FakeEngine[] {
        return this.engines.filter((each) => each.isOpen);
    }

    readonly start = (): FakeEngine => {
        const engine = new FakeEngine(this);
        this.engines.push(engine);
        return engine;
    };
}

/** An engine of the fake device, as much of it as tabs care about. */
export class FakeEngine implements EnginePort {
    isOpen = true;
    /** Dead or frozen: it answers nothing and tells nothing. */
    isDead = false;
    state: PortState = {
        change: { state: 'offline' },
        user: 'u1',
        clock: 0,
        undeliveredTtl: 2_592_000_000,
        textLimit: 8000,
        complete: true,
    };
    readonly calls: { method: string; args: readonly unknown[] }[] = [];
    readonly #listeners = new Set<(event: PortEvent) => void>();
    readonly #waiters: { cid: string; resolve: (ack: unknown) => void; reject: (error: unknown) => void }[] = [];

    constructor(private readonly device: FakeDevice) {}

    call<M extends keyof EngineCalls>(
        method: M,
        ...args: Parameters<EngineCalls[M]>
    ): Promise<ReturnType<EngineCalls[M]>> {
        this.calls.push({ method, args });
        if (this.isDead) return new Promise(() => undefined);
        return this.#answer(method, args as unknown as never[]) as Promise<ReturnType<EngineCalls[M]>>;
    }

    onEvent(listener: (event: PortEvent) => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    close(): Promise<void> {
        this.isOpen = false;
        for (const { reject } of this.#waiters) reject(new ConnectError(502, 'unavailable', 'The client is closed.'));
        return Promise.resolve();
    }

    tell(event: PortEvent): void {
        if (!this.isDead) for (const listener of this.#listeners) listener(event);
    }

    /** An entry comes: it is kept, then told. */
    receive(text: string, cid = '', from = 'u2'): Entry {
        const seq = this.device.log.length + 1;
        const entry: Entry = { type: 'entry', conversation: 'c1', seq, time: seq, kind: 'message', from, cid, text };
        this.device.log.push(entry);
        this.tell(entry);
        this.tell({ type: 'room', room: this.room() });
        return entry;
    }

    room(): Room {
        const outgoing = [...this.device.outbox.values()];
        const held = this.device.log.length;
        return { id: 'c1', outgoing, held, read: 0, others: [], typing: [], over: false };
    }

    async #answer(method: keyof EngineCalls, args: never[]): Promise<unknown> {
        await Promise.resolve();
        const { device } = this;
        switch (method) {
            case 'connect':
                this.state = { ...this.state, change: { state: 'live' } };
                this.tell({ type: 'state', state: this.state });
                return 'live';
            case 'rooms':
                return device.log.length + device.outbox.size > 0 ? [this.room()] : [];
            case 'read': {
                const [, after, before, limit] = args as unknown as [string, number, number, number];
                return device.log.filter((each) => each.seq > after && each.seq < before).slice(0, limit);
            }
            case 'send': {
                const [conversation, text, , , cid] = args as unknown as [string, string, number, string, string];
                if (!device.outbox.has(cid) && !device.log.some((each) => each.cid === cid)) {
                    const message = { cid, conversation, text, time: 0, state: 'queued', discardable: true } as const;
                    device.outbox.set(cid, message);
                    if (device.isAcking) this.ack(cid);
                }
                return cid;
            }
            case 'sent': {
                const cid = args[0] as unknown as string;
                if (device.outbox.has(cid))
                    return new Promise((resolve, reject) => this.#waiters.push({ cid, resolve, reject }));
                throw new ConnectError(503, 'unknown_outcome', 'Nothing is known of it.', true);
            }
            case 'outgoing':
                return [...device.outbox.values()];
            case 'setOpen':
            case 'setActive':
            case 'watch':
                device.wishes.set(`${method}:${args[0] as unknown as string}`, args);
                return undefined;
            case 'release': {
                const prefix = args[0] as unknown as string;
                for (const key of device.wishes.keys())
                    if (key.split(':')[1]?.startsWith(prefix)) device.wishes.delete(key);
                return undefined;
            }
            case 'ask':
                throw new ConnectError(401, 'rate_limited', 'Too fast.', true, 200, 'limit');
            default:
                return undefined;
        }
    }

    ack(cid: string): void {
        const message = this.device.outbox.get(cid);
        if (message === undefined) return;
        this.device.outbox.delete(cid);
        const { seq, time } = this.receive(message.text, cid, 'u1');
        this.tell({ type: 'sent', cid, conversation: 'c1', seq, time });
        for (const each of this.#waiters) if (each.cid === cid) each.resolve({ conversation: 'c1', seq, time });
    }
}
