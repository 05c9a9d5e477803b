import type { Entry, LogItem, Outgoing } from '@connect-chat/sdk';
import { describe, expect, test } from 'vitest';
import { frontOf, indexOfSeq, readUpTo, rowsOf, seenSeq, unreadLine, type Row } from '../../src/logic/rows.js';

const noon = new Date(2026, 4, 10, 12).getTime();
const minute = 60_000;

function message(seq: number, from: string, time = noon + seq * minute, cid = `c${seq}`): Entry {
    return { type: 'entry', conversation: 'c', seq, time, kind: 'message', from, cid, text: `text ${seq}` };
}

function outgoing(cid: string, time = noon + 60 * minute): Outgoing {
    return { cid, conversation: 'c', text: cid, time, state: 'queued', discardable: true };
}

function rows(
    items: readonly LogItem[],
    more: { outgoing?: Outgoing[]; unreadAfter?: number; hasOlder?: boolean } = {},
) {
    return rowsOf({ items, me: 'me', outgoing: [], unreadAfter: 1000, hasOlder: true, ...more });
}

const runs = (all: readonly Row[]) =>
    all.map((row) => ('first' in row ? `${row.first ? '[' : ''}${row.last ? ']' : ''}` : '-'));

describe('runs', () => {
    test('messages of one author within five minutes stand together', () => {
        expect(
            runs(rows([message(1, 'a'), message(2, 'a'), message(3, 'b'), message(4, 'b', noon + 20 * minute)])),
        ).toEqual(['[', ']', '[]', '[]']);
    });

    test('a line of membership parts them', () => {
        const line: Entry = { ...message(2, 'a'), kind: 'title', change: { title: 'x' }, cid: '' };
        expect(runs(rows([message(1, 'a'), line, message(3, 'a')]))).toEqual(['[]', '-', '[]']);
    });

    test('the line of new messages parts them', () => {
        const made = rows([message(1, 'a'), message(2, 'a')], { unreadAfter: 1 });
        expect(runs(made)).toEqual(['[]', '[]']);
        expect(made.map((row) => row.unread ?? false)).toEqual([false, true]);
    });
});

describe('days', () => {
    test('the first row of each day names it, by the clock on the wall', () => {
        const night = new Date(2026, 4, 10, 23, 59).getTime();
        const made = rows([
            message(1, 'a', night),
            message(2, 'a', night + minute),
            message(3, 'a', night + 2 * minute),
        ]);
        expect(made.map((row) => row.day !== undefined)).toEqual([true, true, false]);
        expect(runs(made)).toEqual(['[]', '[', ']']);
    });

    test('a skipped range has no day of its own', () => {
        const skipped: LogItem = { type: 'skipped', conversation: 'c', from: 2, to: 5, why: 'deleted' };
        expect(rows([message(1, 'a'), skipped, message(6, 'a')]).map((row) => row.day !== undefined)).toEqual([
            true,
            false,
            false,
        ]);
    });
});

describe('the outbox', () => {
    test('a message keeps its key from the outbox to the log', () => {
        const before = rows([message(1, 'a')], { outgoing: [outgoing('x')] }).at(-1);
        const after = rows([message(1, 'a'), message(2, 'me', noon, 'x')]).at(-1);
        expect(before?.key).toBe(after?.key);
        expect(after?.kind).toBe('message');
    });

    test('a message that is in both is shown once', () => {
        const made = rows([message(2, 'me', noon, 'x')], { outgoing: [outgoing('x'), outgoing('y')] });
        expect(made.map((row) => row.key)).toEqual(['x', 'y']);
    });

    test('the cid of another hides nothing of mine', () => {
        expect(rows([message(2, 'a', noon, 'x')], { outgoing: [outgoing('x')] })).toHaveLength(2);
    });
});

test('there is one row for each item, and one more at the beginning', () => {
    const items = Array.from({ length: 40 }, (_, i) =>
        message(i + 1, i % 3 === 0 ? 'me' : 'a', noon + i * 7 * 3_600_000),
    );
    expect(rows(items)).toHaveLength(40);
    expect(rows(items, { hasOlder: false })).toHaveLength(41);
    expect(new Set(rows(items).map((row) => row.key)).size).toBe(40);
});

test('rows in front are told by the front alone', () => {
    const late = [message(5, 'a'), message(6, 'a')];
    const more = frontOf(rows([...late, message(7, 'a')]));
    expect(more).toBe(frontOf(rows(late)));
    expect(frontOf(rows([message(4, 'a'), ...late]))).toBeLessThan(more);
    expect(frontOf(rows(late, { hasOlder: false }))).toBeLessThan(more);
});

test('the line of new messages stands above the first of another', () => {
    const items = [message(1, 'a'), message(2, 'me'), message(3, 'a')];
    expect(unreadLine({ items, hasOlder: false, me: 'me' }, 1)).toBe(3);
    expect(unreadLine({ items, hasOlder: false, me: 'me' }, 3)).toBeUndefined();
});

test('where the first unread one is above what is shown there is no line', () => {
    const items = [message(60, 'a'), message(61, 'a')];
    expect(unreadLine({ items, hasOlder: true, me: 'me' }, 58)).toBeUndefined();
    expect(unreadLine({ items, hasOlder: true, me: 'me' }, 59)).toBe(60);
    expect(unreadLine({ items, hasOlder: false, me: 'me' }, 0)).toBe(60);
});

test('a seq is found in its row, in a range, or at the next one that is there', () => {
    const skipped: LogItem = { type: 'skipped', conversation: 'c', from: 2, to: 9, why: 'expired' };
    const made = rows([message(1, 'a'), skipped, message(10, 'a')]);
    expect([1, 5, 10, 11].map((seq) => indexOfSeq(made, seq))).toEqual([0, 1, 2, 2]);
});

test('what was seen counts skipped ranges and passes over the outbox', () => {
    const skipped: LogItem = { type: 'skipped', conversation: 'c', from: 2, to: 9, why: 'expired' };
    const made = rows([message(1, 'a'), skipped], { outgoing: [outgoing('x')] });
    expect(seenSeq(made, 2)).toBe(9);
    expect(seenSeq(made, 0)).toBe(1);
    expect(seenSeq([], 5)).toBe(0);
});

test('what ended undelivered is above what was read and gets no line of new messages', () => {
    expect(readUpTo({ read: 3, info: { unread: 0, head: 9 } })).toBe(9);
    expect(readUpTo({ read: 3, info: { unread: 2, head: 9 } })).toBe(3);
    expect(readUpTo({ read: 3 })).toBe(3);
});
