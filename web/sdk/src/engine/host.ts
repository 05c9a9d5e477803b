/**
 * What the parts of a machine may ask of it. Each part takes what it uses of this, and names the little it needs of its neighbours by
 * itself; none of them knows the machine.
 */
import type { ConnectionState } from '../api.js';
import type { ClientFrame, ServerFrame } from '../wire/frames.js';
import type { Limits } from '../wire/limits.js';
import type { Conv } from './conv.js';
import type { Effects, Waiter } from './effects.js';
import type { PortEvent } from './port.js';

/** Requests of the present session. */
export interface Requester {
    /** What a request must fit. */
    readonly limits: Limits;
    /** There is room for one more request, and a session that takes it. */
    readonly canAsk: boolean;
    sendRequest(frame: ClientFrame, answered: (frame: ServerFrame) => void): void;
}

/** The machine's time: steady, and by the wall with what it is off from the server's. */
export interface Timer {
    readonly now: number;
    readonly wall: number;
    readonly clock: number;
}

/** The conversations, and word of what changed in them. */
export interface Rooms {
    readonly convs: ReadonlyMap<string, Conv>;
    /** The conversation of this id; it is made when there is none. */
    conv(id?: string): Conv;
    /** What a view shows of it changed; with `keep`, what the store keeps of it, too. */
    touch(conv: Conv, keep?: boolean): void;
    tell(event: PortEvent): void;
}

/** What is decided is put here. */
export interface Decisions {
    readonly out: Pick<Effects, 'batch' | 'frames'>;
    /** Answers who waits, once all that was decided is carried out. */
    settle<T>(waiter: Waiter<T>, value: T | undefined, error?: unknown): void;
}

/** How far the client is. */
export interface Progress {
    readonly state: ConnectionState;
    readonly user: string;
}
