import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../src/engine/engine.js';
import type { EngineCalls, EnginePort, PortEvent, PortState, Question } from '../src/engine/port.js';
import { type Entry, fromOf, toOf } from '../src/entries.js';
import { unavailable } from '../src/errors.js';
import { RoomView } from '../src/views/room.js';
import { WindowView } from '../src/views/window.js';
import type { ServerFrame, WireEntry } from '../src/wire/frames.js';

const entry = (seq: number): Entry => ({
    ...{ type: 'entry', conversation: 'c1', seq, time: seq, kind: 'message' },
    ...{ from: 'u2', cid: `m${seq}`, text: `line ${seq}` },
});
const entries = (from: number, to: number): Entry[] =>
    Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => entry(from + at));

/** A conversation of `head` messages, of which the store holds those above `stored`, read up to `read`. */
class FakePort implements EnginePort {
    state: PortState = {
        change: { state: 'live' },
        user: 'u1',
        clock: 0,
        textLimit: 8000,
        undeliveredTtl: 2_592_000_000,
        complete: true,
    };
    readonly asked: Question[] = [];
    /** Questions wait for a connection. */
    offline = false;
    #listeners = new Set<(event: PortEvent) => void>();

    constructor(
        public head: number,
        readonly read: number,
        readonly stored = 0,
        public held = head,
    ) {}

    get room() {
        const { held, read } = this;
        return { id: 'c1', outgoing: [], held, read, others: [], typing: [], over: false };
    }

    call<M extends keyof EngineCalls>(method: M, ...args: Parameters<EngineCalls[M]>) {
        return Promise.resolve().then(() => this.#answer(method, args)) as Promise<ReturnType<EngineCalls[M]>>;
    }

    onEvent(listener: (event: PortEvent) => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    close(): Promise<void> {
        return Promise.resolve();
    }

    /** Somebody writes. */
    write(): void {
        this.head = ++this.held;
        for (const listener of this.#listeners) {
            listener(entry(this.head));
            listener({ type: 'room', room: this.room });
        }
    }

    #answer(method: keyof EngineCalls, args: unknown[]): unknown {
        if (method === 'ask' && this.offline) return new Promise(() => undefined);
        if (method === 'room') return this.room;
        if (method === 'read') {
            const [, after, before, limit] = args as Parameters<EngineCalls['read']>;
            const from = Math.max(this.stored, after) + 1;
            return entries(from, Math.min(this.held, before - 1, from + limit - 1));
        }
        return method === 'ask' ? this.#history(args[0] as Question) : undefined;
    }

    #history(question: Question): ServerFrame {
        this.asked.push(question);
        const { before, after, around, limit = 50 } = 'history' in question ? question.history : {};
        const [from, to] =
            before !== undefined
                ? [before - limit, before - 1]
                : after !== undefined
                  ? [after + 1, after + limit]
                  : around !== undefined
                    ? [around - limit / 2, around + limit / 2 - 1]
                    : [this.head - limit + 1, this.head];
        const page = entries(Math.max(1, from), Math.min(this.head, to));
        return { history: { entries: page as WireEntry[], has_more_before: from > 1, has_more_after: to < this.head } };
    }
}

const opened = (port: FakePort, at: 'newest' | 'unread' = 'unread', clock = systemClock) =>
    new WindowView(at, 'c1', port, 'h', clock).open();

function range({ current: { items } }: WindowView | RoomView): [number, number] {
    const [first, last] = [items[0], items.at(-1)];
    items.forEach((item, at) => expect(fromOf(item)).toBe((first && fromOf(first) + at) ?? 0));
    return first && last ? [fromOf(first), toOf(last)] : [0, 0];
}

describe.each(['from the store', 'from the server'])('opened at what is unread, %s', (from) => {
    test.each([0, 1, 25, 40, 48, 49, 50, 52, 60, 120, 199, 200, 900])('%i messages', async (unread) => {
        const head = 1000;
        const port = new FakePort(head, head - unread, from === 'from the store' ? 0 : head - 1);
        const view = await opened(port);
        const [first, last] = range(view);
        // The line of new messages is in it.
        expect(first).toBeLessThanOrEqual(head - unread + 1);
        expect(last).toBeGreaterThanOrEqual(Math.min(head, head - unread + 20));
        expect(view.current.items.length).toBeLessThanOrEqual(250);
        expect(view.current.hasNewer).toBe(last < head);
        for (let turn = 0; view.current.hasNewer && turn < 30; turn++) await view.loadNewer();
        expect(range(view)[1]).toBe(head);
        // Now it is at the end, and follows what comes.
        port.write();
        await view.jump('newest');
        expect(range(view)[1]).toBe(head + 1);
        expect(view.current.hasNewer).toBe(false);
    });
});

test('by default a view begins at the newest ones', async () => {
    const view = await opened(new FakePort(1000, 100), 'newest');
    expect(range(view)).toEqual([951, 1000]);
    expect(view.current.hasNewer).toBe(false);
});

describe('what is not in the store is not waited for', () => {
    test.each(['offline', 'connecting'] as const)('%s', async (state) => {
        const port = new FakePort(1000, 100, 900);
        port.offline = true;
        port.state = { ...port.state, change: { state, error: unavailable('The server fell silent.') } };
        expect(range(await opened(port))).toEqual([951, 1000]);
    });

    test('with a server that does not answer', async () => {
        const port = new FakePort(1000, 100, 900);
        port.offline = true;
        let passes: (() => void) | undefined;
        const after = (ms: number, call: () => void) => {
            if (ms > 1_000) passes = call;
            return () => undefined;
        };
        const opening = opened(port, 'unread', { ...systemClock, after });
        await vi.waitFor(() => expect(passes).toBeDefined());
        passes?.();
        expect(range(await opening)).toEqual([951, 1000]);
    });
});

test('of two jumps at once both are made, one after the other', async () => {
    const view = await opened(new FakePort(500, 100));
    await Promise.all([view.jump(10), view.jump('newest')]);
    expect(range(view)[1]).toBe(500);
    expect(view.current.hasNewer).toBe(false);
});

test('what comes while the end is not shown joins on when it is loaded', async () => {
    const port = new FakePort(300, 20);
    const view = await opened(port);
    expect(range(view)).toEqual([1, 200]);
    port.write();
    expect(range(view)).toEqual([1, 200]);
    for (let turn = 0; view.current.hasNewer && turn < 10; turn++) await view.loadNewer();
    expect(range(view)).toEqual([1, 301]);
});

test('it goes on to the real beginning, however long the conversation is, and back to the end', async () => {
    const port = new FakePort(6_106, 6_106, 1_106);
    const view = await opened(port);
    for (let turn = 0; view.current.hasOlder && turn < 200; turn++) await view.loadOlder();
    const [first, last] = range(view);
    expect(first).toBe(1);
    expect(view.current.items.length).toBeLessThanOrEqual(5_000);
    expect(last).toBeLessThan(6_106);
    expect(view.current.hasNewer).toBe(true);
    for (let turn = 0; view.current.hasNewer && turn < 200; turn++) await view.loadNewer();
    expect(range(view)[1]).toBe(6_106);
    expect(view.current.items.length).toBeLessThanOrEqual(5_000);
    expect(view.current.hasOlder).toBe(true);
});

test('the plain view, too, goes on to the real beginning', async () => {
    const port = new FakePort(5_106, 5_106);
    const view = await new RoomView('c1', port, 'h', systemClock).open();
    for (let turn = 0; view.current.hasOlder && turn < 200; turn++) await view.loadOlder();
    expect(range(view)).toEqual([1, 5_106]);
    // Of what somebody loaded no more goes than comes.
    port.write();
    await view.loadOlder();
    expect(range(view)[1]).toBe(5_107);
});

test('a jump shows what is around a seq, at both ends of the conversation too', async () => {
    const port = new FakePort(3_000, 3_000, 2_900);
    const view = await opened(port);
    for (const seq of [1, 2, 1_500, 2_899, 2_901, 3_000]) {
        await view.jump(seq);
        const [first, last] = range(view);
        expect([first <= seq, last >= seq]).toEqual([true, true]);
        expect(view.current.hasOlder).toBe(first > 1);
        expect(view.current.hasNewer).toBe(last < 3_000);
    }
});
