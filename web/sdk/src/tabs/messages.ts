import { ConnectError, packError, unpackError } from '../errors.js';
import type { ErrorData } from '../errors.js';
import type { EngineCalls, PortEvent, PortState, Room } from '../engine/port.js';

export type Method = keyof EngineCalls;

/**
 * What the tabs of one login say to each other. The leader has the engine; `epoch` is one reign of one leader, later ones are
 * higher, and `n` counts what it told to all within that reign.
 */
export type TabMessage =
    // of the leader
    | { readonly t: 'lead'; readonly epoch: number }
    | {
          readonly t: 'welcome';
          readonly to: string;
          readonly epoch: number;
          readonly n: number;
          readonly state: PortState;
          readonly rooms: readonly Room[];
          readonly wanted: boolean;
      }
    | { readonly t: 'event'; readonly epoch: number; readonly n: number; readonly event: PortEvent }
    | { readonly t: 'wanted'; readonly epoch: number; readonly wanted: boolean }
    | {
          readonly t: 'answer';
          readonly to: string;
          readonly id: number;
          readonly value?: unknown;
          readonly error?: ErrorData;
      }
    | { readonly t: 'pong'; readonly to: string; readonly epoch: number; readonly n: number }
    /** Of one that led, to the tab that took over: its engine is closed. */
    | { readonly t: 'closed'; readonly epoch: number }
    // of the others
    | { readonly t: 'hello'; readonly from: string }
    | {
          readonly t: 'call';
          readonly from: string;
          readonly epoch: number;
          readonly id: number;
          readonly method: Method;
          readonly args: readonly unknown[];
      }
    | { readonly t: 'ping'; readonly from: string; readonly epoch: number }
    /** This tab takes over from a leader that does not answer. */
    | { readonly t: 'take'; readonly epoch: number }
    | { readonly t: 'leave'; readonly from: string };

/** What of a BroadcastChannel is used. */
export interface Channel {
    postMessage(message: unknown): void;
    onmessage: ((event: MessageEvent) => void) | null;
    close(): void;
}

/** What of `navigator.locks` is used. */
export interface TabLocks {
    request(name: string, options: { signal?: AbortSignal; steal?: boolean }, work: () => Promise<void>): Promise<void>;
}

const mark = '$connectError';

/** A value whose errors can be cloned into another tab; what has none stays what it is. */
export function pack(value: unknown): unknown {
    return value instanceof ConnectError ? { [mark]: packError(value) } : within(value, pack);
}

/** The value again. */
export function unpack(value: unknown): unknown {
    if (typeof value === 'object' && value !== null && mark in value) return unpackError(value[mark] as ErrorData);
    return within(value, unpack);
}

function within(value: unknown, change: (inner: unknown) => unknown): unknown {
    if (Array.isArray(value)) {
        const next = value.map(change);
        return next.some((each, at) => each !== value[at]) ? next : value;
    }
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    const before = Object.entries(value);
    const next = before.map(([name, inner]) => [name, change(inner)] as const);
    return next.some(([, inner], at) => inner !== before[at]?.[1]) ? Object.fromEntries(next) : value;
}
