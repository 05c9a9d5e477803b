import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogItem } from '../src/api.js';
import { idbStore } from '../src/stores/idb.js';
import { MemoryStore } from '../src/stores/memory.js';
import { type ConnectStore, emptyBatch, type StoreBatch } from '../src/stores/store.js';

const entry = (conversation: string, seq: number): LogItem => ({
    type: 'entry',
    conversation,
    seq,
    time: seq,
    kind: 'message',
    from: 'u1',
    cid: `${conversation}-${seq}`,
    text: 'x',
});
let names = 0;
const stores: [string, (keep?: number) => ConnectStore][] = [
    ['memory', (keep) => new MemoryStore(keep)],
    ['IndexedDB', (keep) => idbStore(`store-${++names}`, keep)],
];

describe.each(stores)('the store in %s', (_, make) => {
    test('gives back what was put into it', async () => {
        const store = make();
        await store.apply({
            ...emptyBatch(),
            meta: { user: 'u1', store: 'l1' },
            items: [
                entry('c1', 1),
                { type: 'skipped', conversation: 'c1', from: 2, to: 9, why: 'expired' },
                entry('c1', 10),
            ],
            conversations: [
                { id: 'c1', held: 10, delivered: 10, read: 1, confirmedDelivered: 0, confirmedRead: 0, peer: 'u2' },
            ],
            outbox: [
                { id: 2, conversation: 'c1', to: '', cid: 'b', text: '2', time: 2, seen: 0, transmitted: false },
                { id: 1, conversation: 'c1', to: '', cid: 'a', text: '1', time: 1, seen: 0, transmitted: true },
            ],
        });
        const state = await store.load();
        expect(state.meta).toEqual({ user: 'u1', store: 'l1' });
        expect(state.conversations).toMatchObject([{ id: 'c1', held: 10, peer: 'u2' }]);
        expect(state.outbox.map((message) => message.cid)).toEqual(['a', 'b']);
        expect(await store.read('c1', 0, Infinity, 2)).toHaveLength(2);
        expect(await store.read('c1', 5, 10, 9)).toMatchObject([{ type: 'skipped', from: 2, to: 9 }]);
        expect(await store.read('c2', 0, Infinity, 9)).toEqual([]);

        await store.apply({
            ...emptyBatch(),
            dropped: [{ conversation: 'c1', above: 1 }],
            items: [entry('c1', 2)],
            outboxRemoved: [1],
        });
        expect((await store.read('c1', 0, Infinity, 9)).map((item) => item.type === 'entry' && item.seq)).toEqual([
            1, 2,
        ]);
        expect((await store.load()).outbox.map((message) => message.cid)).toEqual(['b']);
        await store.clear(true);
        expect(await store.load()).toMatchObject({ meta: { user: 'u1' }, conversations: [], outbox: [{ cid: 'b' }] });
        expect(await store.read('c1', 0, Infinity, 9)).toEqual([]);
        await store.clear();
        expect(await store.load()).toEqual({ meta: {}, conversations: [], outbox: [] });
        await store.close();
    });

    test('keeps a bounded number of entries, the newest', async () => {
        const store = make(10);
        for (let seq = 1; seq <= 40; seq++) {
            await store.apply({ ...emptyBatch(), items: [entry('c1', seq)] });
        }

        const kept = await store.read('c1', 0, Infinity, 100);
        expect(kept.length).toBeGreaterThanOrEqual(10);
        expect(kept.length).toBeLessThanOrEqual(13);
        expect(kept.at(-1)).toMatchObject({ seq: 40 });
        await store.close();
    });
});

test('a database that is closed and opened again knows everything', async () => {
    const name = `store-${++names}`;
    const first = idbStore(name);
    await first.apply({ ...emptyBatch(), meta: { user: 'u1' }, items: [entry('c1', 1)] });
    await first.close();
    const second = idbStore(name);
    expect((await second.load()).meta).toEqual({ user: 'u1' });
    expect(await second.read('c1', 0, Infinity, 5)).toHaveLength(1);
    await second.close();
});

test('a client that was replaced writes nothing any more, neither over what the next one wrote nor after the login', async () => {
    const name = `store-${++names}`;
    const message = { conversation: 'c1', to: '', time: 1, seen: 0, transmitted: false };
    const place = { delivered: 0, read: 0, confirmedDelivered: 0, confirmedRead: 0 };
    const batch = (text: string, held: number): StoreBatch => ({
        ...emptyBatch(),
        meta: { last: text },
        items: [entry('c1', held)],
        conversations: [{ id: 'c1', held, ...place }],
        // Both number from what they loaded: the same place in the outbox.
        outbox: [{ id: 1, cid: text, text, ...message }],
    });
    const [before, next, outside] = [idbStore(name), idbStore(name), idbStore(name)];
    await before.load();
    await before.apply(batch('loaded', 1));
    expect((await next.load()).outbox).toMatchObject([{ text: 'loaded' }]);
    await next.apply(batch('of the next', 9));
    await expect(before.apply(batch('late', 2))).rejects.toThrow('used by another client');
    await expect(before.apply({ ...emptyBatch(), outboxRemoved: [1] })).rejects.toThrow('used by another client');
    expect(await before.read('c1', 0, Infinity, 9)).toHaveLength(2);
    await next.apply({ ...emptyBatch(), meta: { more: 'x' } });
    await outside.clear(true);
    await expect(next.apply(batch('after the logout', 10))).rejects.toThrow('used by another client');
    expect(await outside.load()).toMatchObject({
        meta: { last: 'of the next', more: 'x' },
        conversations: [],
        outbox: [{ text: 'of the next' }],
    });
    await Promise.all([before, next, outside].map((each) => each.close()));
});

test('a batch that cannot be written leaves nothing behind', async () => {
    const store = idbStore(`store-${++names}`);
    const batch = { ...emptyBatch(), meta: { user: 'u1' }, conversations: [{ held: 1 }] } as unknown as StoreBatch;
    await expect(store.apply(batch)).rejects.toThrow();
    expect((await store.load()).meta).toEqual({});
    await store.close();
});

test('both stores agree on every read', async () => {
    await fc.assert(
        fc.asyncProperty(
            fc.array(fc.tuple(fc.constantFrom('c1', 'c2'), fc.integer({ min: 1, max: 4 })), { maxLength: 20 }),
            fc.constantFrom('c1', 'c2'),
            fc.nat(40),
            fc.nat(60),
            fc.integer({ min: 1, max: 9 }),
            async (steps, conversation, after, before, limit) => {
                const both = [new MemoryStore(), idbStore(`store-${++names}`)] as const;
                const held: Record<string, number> = {};
                for (const [id, length] of steps) {
                    const from = (held[id] ?? 0) + 1;
                    const to = (held[id] = from + length - 1);
                    const item: LogItem =
                        length === 1
                            ? entry(id, from)
                            : { type: 'skipped', conversation: id, from, to, why: 'deleted' };
                    for (const store of both) {
                        await store.apply({ ...emptyBatch(), items: [item] });
                    }
                }

                const [memory, idb] = await Promise.all(
                    both.map((store) => store.read(conversation, after, before, limit)),
                );
                expect(idb).toEqual(memory);
                await both[1].close();
            },
        ),
        { numRuns: 40 },
    );
});
