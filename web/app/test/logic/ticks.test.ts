import type { Outgoing } from '@connect-chat/sdk';
import { expect, test } from 'vitest';
import { readersOf } from '../../src/logic/readers.js';
import { tickOf, tickOfOutgoing } from '../../src/logic/ticks.js';

const at = (seq: number, time = 1000) => ({ seq, time });
const place = (user: string, delivered: number, read: number) => ({ user, delivered, read });
const two = (a: [number, number], b: [number, number]) => ({
    others: [place('a', ...a), place('b', ...b)],
    memberCount: 3,
});

test.each([
    [two([0, 0], [9, 9]), 'sent'],
    [two([5, 0], [9, 9]), 'delivered'],
    [two([5, 5], [9, 4]), 'delivered'],
    [two([5, 5], [9, 9]), 'read'],
    // Read without a word of delivery is both.
    [two([0, 5], [0, 5]), 'read'],
] as const)('of small groups all others count: %j is %s', (receipts, tick) => {
    expect(tickOf(at(5), receipts)).toBe(tick);
});

test.each([
    [undefined, 'sent'],
    [{ seq: 9, delivered: 98, read: 98 }, 'sent'],
    [{ seq: 9, delivered: 99, read: 12 }, 'delivered'],
    [{ seq: 9, delivered: 99, read: 99 }, 'read'],
    // Numbers of an older message say nothing of a newer one.
    [{ seq: 4, delivered: 99, read: 99 }, 'sent'],
] as const)('of big groups the numbers count: %j is %s', (counts, tick) => {
    expect(tickOf(at(5), { others: [], counts, memberCount: 100 })).toBe(tick);
});

test('a group of oneself alone has sent, no more', () => {
    expect(tickOf(at(5), { others: [], counts: { seq: 5, delivered: 0, read: 0 }, memberCount: 1 })).toBe('sent');
});

test.each([
    [{ state: 'queued' }, 'queued'],
    [{ state: 'sending' }, 'sending'],
    [{ state: 'sent', seq: 4 }, 'sent'],
    [{ state: 'failed' }, 'failed'],
    [{ state: 'failed', perhapsSent: true }, 'perhaps'],
] as const)('of the outbox: %j is %s', (part, tick) => {
    const message: Outgoing = { cid: 'x', conversation: 'c', text: 't', time: 0, discardable: false, ...part };
    expect(tickOfOutgoing(message)).toBe(tick);
});

test('readers are parted by how far they are, oneself left out', () => {
    const others = [place('a', 9, 9), place('b', 9, 2), place('c', 1, 1)];
    expect(readersOf(at(5), [place('me', 9, 9), place('b', 9, 3), place('d', 5, 5)], others, 'me', 1000)).toEqual({
        read: ['a', 'd'],
        delivered: ['b'],
        waiting: ['c'],
        late: [],
    });
});

test.each([
    [[], 999, 'sent'],
    [[], 1000, 'sent'],
    [[], 1001, 'late'],
    [[{ from: 4, to: 6 }], 0, 'late'],
    [[{ from: 6, to: 7 }], 9999, 'delivered'],
] as const)('what is older and undelivered, or ended before, is late: %j, %d is %s', (ended, endedBefore, tick) => {
    const reach = ended.length > 0 ? 9 : 0;
    const receipts = { others: [{ ...place('a', reach, 0), ended }], memberCount: 2, endedBefore };
    expect(tickOf(at(5), receipts)).toBe(tick);
    const parts = readersOf(at(5), [], receipts.others, 'me', endedBefore);
    expect(parts[tick === 'sent' ? 'waiting' : tick]).toEqual(['a']);
});

test('in a big group the numbers of a newer message say nothing of one that may have ended', () => {
    const receipts = { others: [], counts: { seq: 9, delivered: 99, read: 99 }, memberCount: 100 };
    expect(tickOf(at(5), { ...receipts, endedBefore: 1000 })).toBe('read');
    expect(tickOf(at(5), { ...receipts, endedBefore: 1001 })).toBe('sent');
    expect(tickOf(at(9), { ...receipts, endedBefore: 1001 })).toBe('read');
});
