import type {
    Client,
    ConnectEvent,
    ConnectionState,
    Conversation,
    ConversationList,
    Outgoing,
    SendHandle,
    StateChange,
    UserPresence,
    View,
} from './api.js';
import { ClientConversation } from './conversation.js';
import { type Clock, Engine, systemClock, type TokenSource } from './engine/engine.js';
import type { SocketType } from './engine/link.js';
import { newCid } from './engine/outbox.js';
import { type EnginePort, inPassing } from './engine/port.js';
import { MemoryStore } from './stores/memory.js';
import type { ConnectStore } from './stores/store.js';
import { ListView } from './views/list.js';
import type { ViewArgs } from './views/view.js';
import { type Codec, jsonCodec } from './wire/codec.js';

/** How a client connects. Only `token` is required. */
export interface ConnectOptions {
    /** Returns a valid access token; called for each connection and before a token expires. An `Account`'s `token` is one. */
    readonly token: TokenSource;
    /** This device's id; by default the one in the store, else the one named in the token. */
    readonly device?: string;
    /** Where outbox, entries and positions are stored; in memory by default. */
    readonly store?: ConnectStore;
    /** The encoding of frames; JSON by default. */
    readonly codec?: Codec;
    /** Name and version of this program, for the server's operators. */
    readonly agent?: string;
    /** With `fresh`, a device with an empty store starts where the user's other devices are, instead of fetching the last 30 days. */
    readonly firstSync?: 'all' | 'fresh';
    /** How many messages the outbox holds before `send` fails with `overloaded`; 10,000 by default. */
    readonly outboxLimit?: number;
    /** The WebSocket class; the platform's by default. Use the package `ws` in Node.js 20. */
    readonly webSocket?: SocketType;
    /** Shares one connection among tabs; see `shareTabs`. */
    readonly share?: (start: () => EnginePort) => EnginePort;
    /** Random numbers from 0 up to but not including 1, used for jitter. */
    readonly random?: () => number;
    readonly clock?: Clock;
}

/** From 0 to below 1, as good as the platform has it. */
export const secure = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] as number) / 2 ** 32;

/** One device of a user. Once told to connect it stays connected, and it can be used offline as well. */
export class ConnectClient implements Client {
    /** @internal */
    protected readonly port: EnginePort;
    #clock: Clock;
    #holder: string;
    #holders = 0;
    #watched = new Set<string>();
    #presence = new Map<string, UserPresence>();
    #gone = new AbortController();

    constructor(url: string, options: ConnectOptions) {
        const { token, device, random = secure, clock = systemClock } = options;
        this.#clock = clock;
        this.#holder = `${newCid(clock.wall(), random)}/`;
        const start = (): EnginePort =>
            new Engine({
                url,
                device,
                token,
                random,
                clock,
                store: options.store ?? new MemoryStore(),
                codec: options.codec ?? jsonCodec,
                agent: options.agent ?? 'connect-web/0.1',
                firstSync: options.firstSync ?? 'all',
                outboxLimit: options.outboxLimit ?? 10_000,
                socket: options.webSocket ?? (WebSocket as unknown as SocketType),
            });
        this.port = options.share ? options.share(start) : start();
        this.#listen();
    }

    get state(): StateChange {
        return this.port.state.change;
    }

    get user(): string {
        return this.port.state.user;
    }

    get textLimit(): number {
        return this.port.state.textLimit;
    }

    now(): number {
        return this.#clock.wall() + this.port.state.clock;
    }

    endedBefore(): number {
        return this.now() - this.port.state.undeliveredTtl;
    }

    connect(): Promise<ConnectionState> {
        return this.port.call('connect');
    }

    disconnect(): Promise<void> {
        return this.port.call('disconnect');
    }

    async close(): Promise<void> {
        this.#gone.abort();
        await this.port.call('release', this.#holder).catch(() => undefined);
        await this.port.close();
    }

    onState(listener: (change: StateChange) => void): () => void {
        let last = '';
        return this.port.onEvent((event) => {
            if (event.type === 'state') {
                const { change } = event.state;
                const told = JSON.stringify([change, change.error?.message]);
                if (told !== last) {
                    last = told;
                    listener(change);
                }
            }
        });
    }

    onEvent(listener: (event: ConnectEvent) => void): () => void {
        return this.port.onEvent((event) => event.type !== 'state' && event.type !== 'room' && listener(event));
    }

    conversation(id: string): Conversation {
        return new ClientConversation(id, this, this.port);
    }

    openList(): Promise<View<ConversationList>> {
        return new ListView(...this.viewArgs()).open();
    }

    /** @internal */
    viewArgs(): ViewArgs {
        return [this.port, `${this.#holder}${++this.#holders}/`, this.#clock];
    }

    /** @internal */
    handle(cid: string): SendHandle {
        const sent = this.port.call('sent', cid).then((ack) => ({ cid, ...ack }));
        // Who does not wait for it sees it in the views and events.
        inPassing(sent);
        return { cid, sent };
    }

    outgoing(): Promise<readonly Outgoing[]> {
        return this.port.call('outgoing');
    }

    discard(cid: string): Promise<boolean> {
        return this.port.call('discard', cid);
    }

    async retry(cid: string): Promise<SendHandle> {
        return this.handle(await this.port.call('retry', cid));
    }

    setActive(active: boolean): void {
        inPassing(this.port.call('setActive', this.#holder, active));
    }

    watch(users: readonly string[]): void {
        users.forEach((user) => this.#watched.add(user));
        this.#watch();
    }

    unwatch(users: readonly string[]): void {
        users.forEach((user) => this.#watched.delete(user));
        this.#watch();
    }

    presence(user: string): UserPresence | undefined {
        return this.#presence.get(user);
    }

    #watch(): void {
        inPassing(this.port.call('watch', this.#holder, [...this.#watched]));
    }

    #listen(): void {
        const wake = (network: boolean): void => inPassing(this.port.call('wake', network));
        this.port.onEvent((event) => {
            if (event.type === 'presence') {
                this.#presence.set(event.presence.user, event.presence);
            }
        });
        if (typeof document === 'object') {
            const { signal } = this.#gone;
            const look = (): void => {
                this.setActive(!document.hidden);
                if (!document.hidden) {
                    wake(false);
                }
            };
            document.addEventListener('visibilitychange', look, { signal });
            for (const each of ['online', 'offline']) {
                addEventListener(each, () => wake(true), { signal });
            }

            look();
        }
    }
}
