import type { AccessToken } from '../api.js';
import { asConnectError, type ConnectError, Code, fault, textOf, unavailable } from '../errors.js';
import { type ConnectStore, emptyBatch, isEmptyBatch, type StoredState } from '../stores/store.js';
import type { Codec } from '../wire/codec.js';
import { DEFAULT_LIMITS, toldLimits } from '../wire/limits.js';
import { Link, type SocketType } from './link.js';
import { Machine } from './machine.js';
import type { MachineOptions } from './machineOptions.js';
import type { EngineCalls, EnginePort, PortEvent, PortState } from './port.js';

const ROUND = 256;
const CLOSED = 'The client is closed.';
const OPEN_DEADLINE = 20_000;

/** The SDK's source of time; tests provide their own. */
export interface Clock {
    /** Milliseconds on a monotonic clock. */
    now(): number;
    /** Milliseconds since 1970, by this machine's clock. */
    wall(): number;
    /** Calls back once after `ms` milliseconds; the returned function cancels it. */
    after(ms: number, call: () => void): () => void;
}

export const systemClock: Clock = {
    now: () => performance.now(),
    wall: () => Date.now(),
    after: (ms, call) => {
        // A timer of the platform ends at 2^31 ms.
        const timer = setTimeout(call, Math.min(ms, 2 ** 31 - 1));
        return () => clearTimeout(timer);
    },
};

/** Returns a valid access token. `renew`: the server rejected the last one. */
export type TokenSource = (renew: boolean) => Promise<string | AccessToken> | string | AccessToken;

export interface EngineOptions extends MachineOptions {
    readonly store: ConnectStore;
    readonly codec: Codec;
    readonly socket: SocketType;
    readonly token: TokenSource;
    readonly clock: Clock;
}

type Input = (machine: Machine) => void;

type Answers = {
    [M in keyof EngineCalls]: (
        ...args: Parameters<EngineCalls[M]>
    ) => ReturnType<EngineCalls[M]> | Promise<ReturnType<EngineCalls[M]>>;
};

/** Each call is a method of one of these parts, by its name. */
function answer<M extends keyof EngineCalls>(
    machine: Machine,
    store: ConnectStore,
    method: M,
    args: Parameters<EngineCalls[M]>,
): ReturnType<Answers[M]> {
    const parts: Partial<Answers>[] = [machine.sends, machine.attention, machine.log, machine, store];
    const part = parts.find((each) => method in each) as Answers;
    return part[method](...args) as ReturnType<Answers[M]>;
}

/**
 * Runs a Machine: one loop that feeds it what happened and carries out what it decided. Each round keeps the batch before the
 * frames go out and before anybody is told.
 */
export class Engine implements EnginePort {
    state: PortState = {
        change: { state: 'offline' },
        user: '',
        clock: 0,
        ...toldLimits(DEFAULT_LIMITS),
        complete: false,
    };
    #options: EngineOptions;
    #listeners = new Set<(event: PortEvent) => void>();
    #inputs: Input[] = [];
    #calls: { resolve: () => void; reject: (error: ConnectError) => void }[] = [];
    #machine: Machine | undefined;
    #running = false;
    #closed = false;
    #broken: ConnectError | undefined;
    #link: Link | undefined;
    #attempt = 0;
    #cancelTimer = (): void => undefined;

    constructor(options: EngineOptions) {
        this.#options = options;
        this.#running = true;
        void this.#load();
    }

    call<M extends keyof EngineCalls>(
        method: M,
        ...args: Parameters<EngineCalls[M]>
    ): Promise<ReturnType<EngineCalls[M]>> {
        return new Promise((resolve, reject) => {
            this.#post((machine) => {
                if (this.#broken) {
                    reject(this.#broken);
                    return;
                }

                try {
                    const result = answer(machine, this.#options.store, method, args);
                    if (result instanceof Promise) {
                        result.then(resolve, reject);
                    } else {
                        this.#calls.push({ resolve: () => resolve(result), reject });
                    }
                } catch (error) {
                    machine.settle({ resolve, reject }, undefined, error);
                }
            }, reject);
        });
    }

    onEvent(listener: (event: PortEvent) => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    /** What is in the outbox stays there. */
    close(): Promise<void> {
        return new Promise((resolve) => {
            this.#post(
                (machine) => {
                    const reason = unavailable(CLOSED);
                    machine.disconnect();
                    machine.questions.fail(reason);
                    machine.sends.leave(reason);
                    machine.out.after.push(() => {
                        this.#listeners.clear();
                        void this.#options.store.close().finally(resolve);
                    });
                },
                () => resolve(),
            );
            this.#closed = true;
        });
    }

    #post(input: Input, refused?: (error: ConnectError) => void): void {
        if (this.#closed) {
            refused?.(fault(Code.unavailable, 'unavailable', CLOSED));
            return;
        }

        this.#inputs.push(input);
        if (!this.#running) {
            void this.#run();
        }
    }

    async #load(): Promise<void> {
        const { store } = this.#options;
        let stored: StoredState = emptyBatch();
        let lost: unknown;
        try {
            stored = await store.load();
        } catch (error) {
            // Without its memory a client must not go on: it would send again under new cids.
            lost = error;
        }

        this.#machine = new Machine(this.#options, stored);
        this.state = this.#machine.portState;
        if (lost !== undefined) {
            this.#break(lost);
        }

        await this.#run();
    }

    async #run(): Promise<void> {
        const machine = this.#machine as Machine;
        const { clock } = this.#options;
        this.#running = true;
        do {
            machine.now = clock.now();
            machine.wall = clock.wall();
            this.#inputs.splice(0, ROUND).forEach((input) => input(machine));
            if (!this.#broken) {
                machine.advance();
            }

            await this.#carryOut(machine);
        } while (this.#inputs.length > 0);
        this.#running = false;
        this.#cancelTimer();
        const due = machine.nextDue();
        if (due < Infinity) {
            this.#cancelTimer = clock.after(Math.max(0, Math.ceil(due - clock.now())), () =>
                this.#post(() => undefined),
            );
        }
    }

    async #carryOut(machine: Machine): Promise<void> {
        let out = machine.take();
        const calls = this.#calls;
        this.#calls = [];
        if (!isEmptyBatch(out.batch)) {
            try {
                await this.#options.store.apply(out.batch);
            } catch (error) {
                // Nothing that is not remembered is told to anybody.
                this.#break(error);
                calls.forEach(({ reject }) => reject(this.#broken as ConnectError));
                calls.length = 0;
                const { close, after } = out;
                out = machine.take();
                out.close ||= close;
                after.forEach((call) => call(this.#broken));
            }
        }

        this.#link?.send(out.frames, machine.limits.frame);
        if (out.close) {
            this.#attempt++;
            this.#link?.close();
            this.#link = undefined;
        }

        if (out.open) {
            void this.#open(machine.url, out.renew);
        } else if (out.fetch) {
            void this.#token(out.renew).then(
                (token) => this.#post((m) => m.tokenReady(token)),
                (error: unknown) => this.#post((m) => m.tokenFailed(asConnectError(error))),
            );
        }

        out.events.forEach((event) => {
            if (event.type === 'state') {
                this.state = event.state;
            }

            this.#listeners.forEach((listener) => listener(event));
        });
        out.after.forEach((call) => call());
        calls.forEach(({ resolve }) => resolve());
    }

    #break(error: unknown): void {
        const machine = this.#machine as Machine;
        this.#broken ??= fault(Code.internal, 'internal', `The store failed: ${textOf(error)}`);
        machine.disconnect(this.#broken);
    }

    async #open(url: string, renew: boolean): Promise<void> {
        const { clock, codec, socket } = this.#options;
        const attempt = ++this.#attempt;
        const failed = (error: unknown): void =>
            this.#post((machine) => {
                if (attempt === this.#attempt) {
                    this.#attempt++;
                    link?.close();
                    machine.openFailed(asConnectError(error));
                }
            });
        let link: Link | undefined;
        const cancel = clock.after(OPEN_DEADLINE, () => failed(unavailable('The server fell silent.')));
        try {
            const token = await this.#token(renew);
            if (attempt !== this.#attempt) {
                return;
            }

            link = new Link(url, codec, socket, {
                received: (frames) => this.#post((machine) => link === this.#link && machine.received(frames)),
                closed: (code) => this.#post((machine) => link === this.#link && machine.closed(code)),
            });
            await link.ready;
            this.#post((machine) => {
                if (attempt !== this.#attempt) {
                    link?.close();
                    return;
                }

                this.#link = link;
                machine.opened(token);
            });
        } catch (error) {
            failed(error);
        } finally {
            cancel();
        }
    }

    async #token(renew: boolean): Promise<string> {
        const token = await this.#options.token(renew);
        return typeof token === 'string' ? token : token.token;
    }
}
