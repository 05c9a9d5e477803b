import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Entry, type LogItem, toOf } from '../src/entries.js';
import { ConnectError } from '../src/errors.js';
import { Machine } from '../src/engine/machine.js';
import type { PortEvent } from '../src/engine/port.js';
import type { StoredConversation, StoredMessage, StoredState } from '../src/stores/store.js';
import { FakeChat } from './fakeChat.js';

function seeded(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

const EPOCH = 1_795_000_000_000;

/** A machine with its store, its socket and its clock, all of them in the hands of the test. */
class World {
    readonly chat: FakeChat;
    readonly events: PortEvent[] = [];
    readonly items: LogItem[] = [];
    now = 0;
    drops = 0;
    isDown = false;
    machine: Machine;
    #random: () => number;
    #meta: Record<string, unknown> = {};
    #conversations = new Map<string, StoredConversation>();
    #outbox = new Map<number, StoredMessage>();
    #isOpen = false;

    constructor(seed: number) {
        this.#random = seeded(seed);
        this.chat = new FakeChat(this.#random);
        this.machine = this.#boot();
        this.do((machine) => void machine.connect());
    }

    do(act: (machine: Machine) => void): void {
        this.machine.now = this.now;
        this.machine.wall = this.chat.now = EPOCH + this.now;
        act(this.machine);
        this.machine.advance();
        this.#carryOut();
    }

    /** Time passes, from one thing that is due to the next. */
    pass(ms: number): void {
        const end = this.now + ms;
        for (;;) {
            const frames = this.#isOpen ? this.chat.read() : [];
            if (frames.length > 0) {
                this.do((machine) => machine.received(frames));
                continue;
            }

            const due = this.machine.nextDue();
            if (due > end) {
                break;
            }

            this.now = Math.max(this.now, due);
            this.do(() => undefined);
        }

        this.now = end;
        // The heartbeat of a server that lives.
        if (this.#isOpen) {
            this.do((machine) => machine.received([{ ping: {} }]));
        }
    }

    drop(): void {
        if (this.#isOpen) {
            this.drops++;
            this.#isOpen = false;
            this.chat.broken();
            this.do((machine) => machine.closed(1006));
        }
    }

    /** The process dies and begins anew with what its store holds. */
    restart(): void {
        this.#isOpen = false;
        this.chat.broken();
        this.machine = this.#boot();
        this.do((machine) => void machine.connect());
    }

    settle(): void {
        this.chat.calm = true;
        for (let round = 0; round < 60; round++) {
            this.pass(5000);
            const { state, sends } = this.machine;
            const holes = [...this.machine.convs.values()].some((conv) => conv.tracker.hasHole);
            if (state === 'live' && sends.queue.items.size === 0 && !holes && round > 2) {
                return;
            }
        }

        throw new Error(
            `It did not settle: ${this.machine.state}, ${this.machine.sends.queue.items.size} in the outbox.`,
        );
    }

    get stored(): StoredState {
        return {
            meta: { ...this.#meta },
            conversations: [...this.#conversations.values()],
            outbox: [...this.#outbox.values()].sort((one, other) => one.id - other.id),
        };
    }

    #boot(): Machine {
        const options = { url: 'wss://x/v1/connect', agent: 'test', firstSync: 'all', outboxLimit: 1000 } as const;
        return new Machine({ ...options, random: this.#random }, this.stored);
    }

    #carryOut(): void {
        const out = this.machine.take();
        const { batch } = out;
        Object.assign(this.#meta, batch.meta);
        this.items.push(...batch.items);
        batch.conversations.forEach((each) => this.#conversations.set(each.id, each));
        batch.outbox.forEach((message) => this.#outbox.set(message.id, message));
        batch.outboxRemoved.forEach((id) => this.#outbox.delete(id));
        this.events.push(...out.events);
        out.after.forEach((call) => call());
        let broke = false;
        for (const frame of out.frames) {
            if (this.#isOpen && !broke) {
                broke = !this.chat.handle(frame);
            }
        }

        if (out.close) {
            this.#isOpen = false;
            this.chat.broken();
        } else if (broke) {
            this.drop();
        }

        if (out.open && this.isDown) {
            const error = new ConnectError(502, 'unavailable', 'It is down.', true);
            this.do((machine) => machine.openFailed(error));
        } else if (out.open) {
            this.#isOpen = true;
            this.chat.connected();
            this.do((machine) => machine.opened('token'));
        }
    }
}

type Step = { do: 'send' | 'write'; to: string } | { do: 'pass'; ms: number } | { do: 'drop' | 'restart' };
const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), to: fc.constantFrom('c1', 'c2') }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), to: fc.constantFrom('c1', 'c2', 'c3') }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 50, 300, 2000) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('drop' as const, 'restart' as const) }) },
);

const entries = (items: readonly { type: string }[]): Entry[] =>
    items.filter((item): item is Entry => item.type === 'entry');

describe('a client of a server that loses, doubles and reorders pushes, refuses and breaks connections', () => {
    test('lacks nothing, has nothing twice, keeps the order, and each cid has one seq', { timeout: 60_000 }, () => {
        const seen = { lost: 0, doubled: 0, reordered: 0, refused: 0, unanswered: 0, drops: 0, entries: 0 };
        fc.assert(
            fc.property(fc.integer(), fc.array(step, { minLength: 20, maxLength: 120 }), (seed, steps) => {
                const world = new World(seed);
                const sent: Record<string, string[]> = { c1: [], c2: [] };
                let number = 0;
                for (const each of steps) {
                    if (each.do === 'send') {
                        const text = `mine ${++number}`;
                        sent[each.to]?.push(text);
                        world.do((machine) => machine.sends.send(each.to, text, 0, ''));
                    } else if (each.do === 'write') {
                        world.chat.write(each.to);
                        world.pass(0);
                    } else if (each.do === 'pass') {
                        world.pass(each.ms);
                    } else {
                        world[each.do]();
                    }
                }

                // What was lost without a word shows with the next entry.
                world.chat.calm = true;
                world.chat.logs.forEach((_, id) => world.chat.write(id));
                world.settle();
                for (const [id, log] of world.chat.logs) {
                    const expected = log.map(({ seq, cid }) => `${seq} ${cid}`);
                    const told = entries(world.events).filter((entry) => entry.conversation === id);
                    const kept = entries(world.items).filter((entry) => entry.conversation === id);
                    expect(told.map(({ seq, cid }) => `${seq} ${cid}`)).toEqual(expected);
                    expect(kept.map(({ seq, cid }) => `${seq} ${cid}`)).toEqual(expected);
                    const own = log.filter((entry) => entry.from === 'u1');
                    expect(own.map((entry) => entry.text)).toEqual(sent[id] ?? []);
                    expect(new Set(log.map((entry) => entry.cid)).size).toBe(log.length);
                    expect(world.stored.conversations.find((each) => each.id === id)?.held).toBe(log.length);
                    seen.entries += log.length;
                }

                expect(world.stored.outbox).toEqual([]);
                seen.drops += world.drops;
                for (const [fault, count] of Object.entries(world.chat.faults)) {
                    seen[fault as keyof typeof world.chat.faults] += count;
                }
            }),
            { numRuns: 150 },
        );
        // The faults did happen.
        for (const [fault, count] of Object.entries(seen)) {
            expect(count, fault).toBeGreaterThan(10);
        }
    });

    test('a final refusal stays as failed, is skipped by those behind it, and can be sent again or discarded', () => {
        const world = new World(7);
        world.chat.calm = true;
        world.pass(100);
        for (const text of ['one', 'no', 'two']) {
            world.do((machine) => machine.sends.send('c1', text, 0, ''));
        }

        world.settle();
        expect(world.chat.logs.get('c1')?.map((entry) => entry.text)).toEqual(['one', 'two']);
        const [failed] = world.machine.sends.outgoing();
        expect(failed).toMatchObject({ text: 'no', state: 'failed', discardable: true, error: { word: 'forbidden' } });
        expect(world.stored.outbox).toHaveLength(1);
        world.restart();
        expect(world.machine.sends.outgoing()).toMatchObject([{ text: 'no', state: 'failed' }]);
        let cid = '';
        world.do((machine) => (cid = machine.sends.retry(failed?.cid ?? '')));
        expect(cid).not.toBe(failed?.cid);
        world.settle();
        world.do((machine) => expect(machine.sends.discard(cid)).toBe(true));
        expect(world.stored.outbox).toEqual([]);
    });

    test('a cid that was transmitted stays for ever; one that never was is made anew after an hour', () => {
        const world = new World(11);
        world.chat.calm = true;
        world.pass(100);
        const handle = world.chat.handle.bind(world.chat);
        // It is committed, and the connection breaks before the ack.
        world.chat.handle = (frame) => handle(frame) && !frame.send;
        let first = '';
        world.do((machine) => (first = machine.sends.send('c1', 'told', 0, '')));
        world.chat.handle = handle;
        world.isDown = true;
        world.drop();
        let second = '';
        world.do((machine) => (second = machine.sends.send('c1', 'not told', 0, '')));
        expect(world.machine.sends.discard(first)).toBe(false);
        world.pass(2 * 3_600_000);
        world.restart();
        world.isDown = false;
        world.pass(60_000);
        const log = world.chat.logs.get('c1') ?? [];
        expect(log.map((entry) => entry.text)).toEqual(['told', 'not told']);
        expect(log[0]?.cid).toBe(first);
        expect(log[1]?.cid).not.toBe(second);
        expect(world.stored.outbox).toEqual([]);
    });

    test('a clock that is set while connected counts from the next ping on', () => {
        const world = new World(12);
        world.chat.calm = true;
        world.pass(100);
        const ahead = 3 * 86_400_000;
        world.do((machine) => machine.received([{ ping: { time: machine.wall + ahead } }]));
        expect(world.machine.clock).toBe(ahead);
        let cid = '';
        world.do((machine) => (cid = machine.sends.send('c1', 'later', 0, '')));
        const time = Number.parseInt(cid.replaceAll('-', '').slice(0, 12), 16);
        expect(Math.abs(time - world.machine.wall - ahead)).toBeLessThan(1000);
    });

    test('another life of the server: everything but the outbox is forgotten and read anew', () => {
        const world = new World(3);
        world.chat.calm = true;
        world.chat.write('c1');
        world.pass(1000);
        world.machine.life = 'another';
        world.drop();
        world.settle();
        expect(world.events.filter((event) => event.type === 'reset')).toMatchObject([
            { conversation: 'c1', above: 0 },
        ]);
        expect(entries(world.events).map(toOf)).toEqual([1, 1]);
    });
});
