/**
 * Everything a client decides: what to connect, say, keep and tell, and when. It does no I/O and reads no clock; what is to be
 * done it puts into `out`. This file: the life of the connection, its requests and its token.
 */
import type { ConnectionState, StateChange } from '../api.js';
import { type ConnectError, Code, fault, isOfToken, unavailable } from '../errors.js';
import type { StoredMessage, StoredMeta, StoredState } from '../stores/store.js';
import type { ClientFrame, ServerFrame, WireWelcome } from '../wire/frames.js';
import { type Limits, soundLimits, toldLimits } from '../wire/limits.js';
import { Conv } from './conv.js';
import { newEffects, type Effects, type Waiter } from './effects.js';
import { refusal } from './items.js';
import { Log } from './log.js';
import type { MachineOptions } from './machineOptions.js';
import { Phase } from './phase.js';
import type { PortEvent, PortState, Question, Room } from './port.js';
import { Questions, Requests } from './requests.js';
import { Sends } from './sends.js';
import { Attention } from './attention.js';

const WELCOME_DEADLINE = 15_000;
const WIND_DOWN = 10_000;
const PROBE_DEADLINE = 10_000;
const NETWORK_DEADLINE = 4_000;
const TOKEN_MARGIN = 60_000;
const TOKEN_RETRY = 10_000;

export class Machine {
    out = newEffects();
    now = 0;
    wall = 0;
    phase: Phase = Phase.stopped;
    state: ConnectionState = 'offline';
    error: ConnectError | undefined;
    url: string;
    user: string;
    device: string;
    /** Which life of its data the server leads. */
    life: string;
    /** The server's clock minus this machine's. */
    clock = 0;
    /** As the server named them last, here or in an earlier run. */
    limits: Limits;
    readonly convs = new Map<string, Conv>();
    readonly log: Log;
    readonly sends: Sends;
    readonly attention: Attention;
    session = '';
    incarnation = '';
    #requests = new Requests();
    readonly questions = new Questions(this);
    #waiters: Waiter<ConnectionState>[] = [];
    #dueAt = 0;
    #lastByte = 0;
    #silence = 0;
    #probeBy = Infinity;
    #mayHurry = false;
    #failures = 0;
    #tokenDueAt = Infinity;
    #renewToken = false;
    #renewed = false;
    #complaint = '';
    #goAway: NonNullable<ServerFrame['go_away']> | undefined;
    #touched = new Set<Conv>();
    #dirty = new Set<Conv>();
    #retryIn: number | undefined;

    constructor(
        readonly options: MachineOptions,
        stored: StoredState,
    ) {
        this.url = options.url;
        const meta = stored.meta as StoredMeta;
        this.user = meta.user ?? '';
        this.device = options.device ?? meta.device ?? '';
        this.life = meta.store ?? '';
        this.limits = soundLimits(meta.limits);
        this.log = new Log(this);
        this.sends = new Sends(this);
        this.attention = new Attention(this);
        for (const conversation of stored.conversations) {
            const conv = new Conv(conversation);
            this.convs.set(conv.id, conv);
            this.sends.marks.note(conv);
        }

        stored.outbox.forEach((message: StoredMessage) => this.sends.load(message));
    }

    get #isConnected(): boolean {
        return this.phase >= Phase.greeting;
    }

    /** Why the client has stopped for good; whoever wants something of the server then learns that at once. */
    get stopReason(): ConnectError | undefined {
        return this.phase === Phase.stopped ? this.error : undefined;
    }

    /** There is room for one more request, and a session that takes it. */
    get canAsk(): boolean {
        return this.phase === Phase.open && !this.#goAway && this.#requests.hasRoom;
    }

    get change(): StateChange {
        return { state: this.state, error: this.error, retryInMs: this.#retryIn };
    }

    get portState(): PortState {
        const { change, user, clock, limits } = this;
        return { change, user, clock, ...toldLimits(limits), complete: this.log.list.wasRead };
    }

    conv(id = ''): Conv {
        let conv = this.convs.get(id);
        if (!conv) {
            this.convs.set(id, (conv = new Conv({ id })));
        }

        return conv;
    }

    rooms(): Room[] {
        return [...this.convs.values()].map((conv) => this.room(conv.id));
    }

    room(id: string): Room {
        const conv = this.conv(id);
        return conv.room(this.attention.presenceBook.known.get(conv.peer));
    }

    /** What a view shows of this conversation changed; with `keep`, what the store keeps of it, too. */
    touch(conv: Conv, keep = false): void {
        this.#touched.add(conv);
        if (keep) {
            this.#dirty.add(conv);
        }
    }

    tell(event: PortEvent): void {
        this.out.events.push(event);
    }

    /** Somebody who waits has the answer, once all that was decided is carried out. */
    settle<T>(waiter: Waiter<T>, value: T | undefined, error?: unknown): void {
        this.out.after.push((lost = error) => (lost ? waiter.reject(lost) : waiter.resolve(value as T)));
    }

    tellState(): void {
        this.tell({ type: 'state', state: this.portState });
    }

    /** What was decided since the last call. */
    take(): Effects {
        const out = this.out;
        for (const conv of this.#touched) {
            this.tell({ type: 'room', room: this.room(conv.id) });
        }

        out.batch.conversations = [...this.#dirty].map((conv) => conv.toStored());
        this.#touched.clear();
        this.#dirty.clear();
        this.out = newEffects();
        return out;
    }

    /** Connect, and stay connected. */
    connect(): Promise<ConnectionState> {
        return new Promise((resolve, reject) => {
            this.#waiters.push({ resolve, reject });
            if (this.state === 'live') {
                this.#release();
            } else if (this.phase === Phase.stopped) {
                this.phase = Phase.waiting;
                this.#dueAt = this.now;
                this.#renewed = false;
                this.set('connecting');
            }
        });
    }

    /** Stop until asked again. */
    disconnect(reason?: ConnectError): void {
        if (this.phase === Phase.open && !reason) {
            this.out.frames.push({ bye: {} });
        }

        this.#disconnect();
        this.phase = Phase.stopped;
        this.set('offline', reason);
        this.#release(reason);
        if (reason) {
            this.questions.fail(reason);
            this.sends.leave(reason);
        }
    }

    /**
     * The network is back or somebody looks again: what waits is tried sooner (never without a wait: all who lost their network at
     * one moment come back spread out), and a session has to give a sign of life: soon when the `network` went or came.
     */
    wake(network = false): void {
        const by = this.now + (network ? NETWORK_DEADLINE : PROBE_DEADLINE);
        if (this.phase === Phase.waiting && this.#mayHurry) {
            this.#dueAt = Math.min(this.#dueAt, this.now + this.options.random() * 500);
        } else if (this.canAsk && by < this.#probeBy) {
            this.#probeBy = by;
            this.sendRequest({ conversations: { limit: 1 } }, () => undefined);
        }
    }

    opened(token: string): void {
        this.phase = Phase.greeting;
        this.#lastByte = this.now;
        this.#complaint = 'The connection closed.';
        this.#dueAt = this.now + WELCOME_DEADLINE;
        this.sendRequest(
            {
                hello: {
                    token,
                    device_id: this.device,
                    agent: this.options.agent,
                    background: !this.attention.isActive,
                    wants: { receipts: true, presence: true, typing: true },
                    resume: this.log.resume(),
                },
            },
            (frame) => {
                if (frame.welcome) {
                    this.#welcomed(frame.welcome);
                } else if (frame.err) {
                    this.#refused(refusal(frame.err));
                }
            },
        );
    }

    /** There is no token or no connection. */
    openFailed(error: ConnectError): void {
        if (this.phase === Phase.opening) {
            this.#retryOrStop(error);
        }
    }

    closed(code: number): void {
        if (!this.#isConnected) {
            return;
        }

        const isFinal = code >= 4500 && code <= 4999;
        const complaint = `${this.#complaint} (${code})`;
        const error =
            code === 4501
                ? fault(Code.unauthenticated, 'unauthenticated', complaint, false, code)
                : fault(Code.unavailable, 'unavailable', complaint, !isFinal, code);
        if (code === 4501) {
            this.#renewOrStop(error);
        } else if (isFinal) {
            this.disconnect(error);
        } else {
            this.#renewToken ||= code === 4004;
            this.reconnect(error, 0, this.#goAway);
        }
    }

    received(frames: readonly ServerFrame[]): void {
        this.#lastByte = this.now;
        this.#probeBy = Infinity;
        for (const frame of frames) {
            if (!this.#isConnected) {
                return;
            }

            if (frame.id) {
                this.#requests.answer(frame.id, frame);
            } else {
                this.#pushed(frame);
            }
        }
    }

    /** Waits for a connection, and is asked again on the next one. */
    ask(frame: Question): Promise<ServerFrame> {
        return this.stopReason ? Promise.reject(this.stopReason) : this.questions.add(frame);
    }

    sendRequest(frame: ClientFrame, answered: (frame: ServerFrame) => void): void {
        this.out.frames.push(this.#requests.add(frame, this.now, answered));
    }

    tokenReady(token: string): void {
        if (this.phase === Phase.open && !this.#goAway) {
            this.sendRequest({ auth: { token } }, ({ ok }) => {
                if (ok) {
                    this.#planToken(ok.expires_at);
                } else {
                    this.renewToken(TOKEN_RETRY);
                }
            });
        }
    }

    /** The session goes on as long as the old one lasts. */
    tokenFailed(error: ConnectError): void {
        this.#tokenDueAt = error.retryable ? this.now + TOKEN_RETRY : Infinity;
    }

    renewToken(inMs: number): void {
        this.#renewToken = true;
        this.#tokenDueAt = this.now + inMs;
    }

    /** Does what is due, and as much as there is room for. */
    advance(): void {
        if (this.phase === Phase.waiting && this.#dueAt <= this.now) {
            this.phase = Phase.opening;
            this.out.open = true;
            this.out.renew = this.#renewToken;
            this.#renewed ||= this.#renewToken;
            this.#renewToken = false;
        } else if (this.phase === Phase.greeting && this.#dueAt <= this.now) {
            this.reconnect(unavailable('The server fell silent.'));
        } else if (this.phase === Phase.open) {
            this.#advanceSession();
        }
    }

    /** When something is due next, if nothing happens before. */
    nextDue(): number {
        if (this.phase !== Phase.open) {
            return this.phase === Phase.waiting || this.phase === Phase.greeting ? this.#dueAt : Infinity;
        }

        const due = Math.min(this.#silentAt, this.#requests.deadline);
        return this.#goAway
            ? Math.min(due, this.#dueAt)
            : Math.min(due, this.#tokenDueAt, this.log.dueAt(), this.sends.dueAt(), this.attention.dueAt());
    }

    reconnect(error: ConnectError, atLeast = 0, told?: ServerFrame['go_away']): void {
        this.#disconnect();
        const { random, url } = this.options;
        const wait = told
            ? (told.reconnect_after_ms ?? 0) + random() * (told.jitter_ms ?? 0)
            : random() * Math.min(30_000, 500 * 2 ** Math.min(this.#failures++, 10));
        // The token goes where the server says, but never over a weaker connection.
        this.url = told?.url && told.url.split(':')[0] === url.split(':')[0] ? told.url : url;
        this.phase = Phase.waiting;
        this.#mayHurry = !told && atLeast === 0;
        this.#retryIn = Math.max(wait, atLeast);
        this.#dueAt = this.now + this.#retryIn;
        this.set('connecting', error, this.#retryIn);
        this.#release();
    }

    /** No hole is left that the server knew of. */
    caughtUp(): void {
        this.#failures = 0;
        this.set('live');
        this.#release();
    }

    set(state: ConnectionState, error?: ConnectError, retryIn?: number): void {
        if (state !== this.state || error !== this.error) {
            this.state = state;
            this.error = error;
            this.#retryIn = retryIn;
            this.tellState();
        }
    }

    get #silentAt(): number {
        return Math.min(this.#lastByte + this.#silence, this.#probeBy);
    }

    #advanceSession(): void {
        if (this.now >= this.#silentAt || this.now >= this.#requests.deadline) {
            this.reconnect(unavailable('The server fell silent.'));
        } else if (this.#goAway) {
            if (this.#requests.areAnswered || this.now >= this.#dueAt) {
                this.reconnect(unavailable('The connection closed.'), 0, this.#goAway);
            }
        } else {
            if (this.#tokenDueAt <= this.now) {
                this.#tokenDueAt = Infinity;
                this.out.fetch = true;
                this.out.renew = this.#renewToken;
                this.#renewToken = false;
            }

            this.sends.advance();
            this.questions.advance();
            this.attention.advance();
            this.log.advance();
        }
    }

    #pushed(frame: ServerFrame): void {
        if (frame.welcome && this.phase === Phase.greeting) {
            this.#welcomed(frame.welcome);
        } else if (frame.ping) {
            // Either clock may have been set since the welcome.
            if (frame.ping.time) this.clock = frame.ping.time - this.wall;
            this.out.frames.push({ pong: {} });
        } else if (frame.token_expiring) {
            this.#tokenDueAt = this.now;
        } else if (frame.go_away) {
            this.#goAway = frame.go_away;
            this.#dueAt = this.now + WIND_DOWN;
        } else if (frame.err) {
            // It comes before a close; the close says what to do, and this what for.
            this.#complaint = frame.err.message || this.#complaint;
        } else if (!this.attention.pushed(frame)) {
            this.log.pushed(frame);
        }
    }

    #welcomed(welcome: WireWelcome): void {
        const { user = '', device = '', limits = {}, server_time = 0 } = welcome;
        if (this.user && user !== this.user) {
            this.disconnect(fault(Code.forbidden, 'forbidden', 'Another user owns the store.'));
            return;
        }

        this.phase = Phase.open;

        this.user = user;
        this.device = device;
        this.limits = soundLimits(limits);
        Object.assign(this.out.batch.meta, { user, device, limits: this.limits });
        this.log.beginLife(welcome.store ?? '');
        this.session = welcome.session ?? '';
        this.incarnation = welcome.incarnation ?? '';
        this.#renewed = false;
        this.clock = server_time - this.wall;
        this.#silence = 1.5 * (welcome.ping_ms ?? 25_000) + 5000;
        // One below it: a session that fills the limit is one the server stops reading.
        this.#requests.limit = Math.max(1, this.limits.in_flight - 1);
        this.sends.queue.connected(limits.send_rate ?? 0, this.now);
        this.#planToken(welcome.token_expires_at);
        this.attention.begin();
        this.log.begin(welcome);
        this.tellState();
    }

    #refused(error: ConnectError): void {
        if (isOfToken(error)) {
            this.#renewOrStop(error);
        } else {
            this.#retryOrStop(error);
        }
    }

    #retryOrStop(error: ConnectError): void {
        if (error.retryable) {
            this.reconnect(error, error.retryAfterMs);
        } else {
            this.disconnect(error);
        }
    }

    /** The token was refused: once a new one is tried, then somebody has to log in. */
    #renewOrStop(error: ConnectError): void {
        if (this.#renewed) {
            this.disconnect(error);
        } else {
            this.#renewToken = true;
            this.reconnect(error);
        }
    }

    #planToken(expiresAt = 0): void {
        const left = expiresAt - this.clock - this.wall;
        this.#tokenDueAt = expiresAt ? this.now + (left > 2 * TOKEN_MARGIN ? left - TOKEN_MARGIN : left / 2) : Infinity;
    }

    #disconnect(): void {
        if (this.phase > Phase.waiting) {
            this.out.close = true;
        }

        this.#goAway = undefined;
        this.#probeBy = Infinity;
        this.attention.end();
        this.#requests.clear();
        this.sends.disconnected();
        this.log.disconnected();
        this.#tokenDueAt = Infinity;
        this.questions.disconnected();
    }

    #release(error?: ConnectError): void {
        this.#waiters.forEach((waiter) => this.settle(waiter, this.state, error));
        this.#waiters = [];
    }
}
