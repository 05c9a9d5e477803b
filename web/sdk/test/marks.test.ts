import { expect, test } from 'vitest';
import { type Mark, MarkBook } from '../src/engine/marks.js';
import { DEFAULT_LIMITS } from '../src/wire/limits.js';

const newMark = (id: string): Mark => ({ id, delivered: 0, read: 0, confirmed: { delivered: 0, read: 0 } });

test('marks that are refused as too many wait as long as told and take with them what rose meanwhile', () => {
    const book = new MarkBook();
    const [one, other] = [newMark('c1'), newMark('c2')];
    book.raise(one, 0, 5);
    expect(book.take(0, DEFAULT_LIMITS)).toHaveLength(1);
    expect(book.refused(true, 30_000, 0)).toEqual([]);
    book.raise(one, 0, 7);
    book.raise(other, 3, 0);

    expect(book.take(29_999, DEFAULT_LIMITS)).toBeUndefined();
    expect(book.take(30_000, DEFAULT_LIMITS)).toEqual([
        { conversation: 'c1', delivered: 7, read: 7 },
        { conversation: 'c2', delivered: 3, read: 0 },
    ]);
    expect(book.confirmed()).toEqual([one, other]);
    expect(book.dueAt).toBe(Infinity);
});
