import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CloseCode, closeWord, ErrorCode, errorWord, isRetryable, shouldReconnect } from '../src/codes.js';
import { asConnectError, ConnectError, networkError, packError, unpackError } from '../src/errors.js';

const page = readFileSync(new URL('../../../proto/connect/v1/README.md', import.meta.url), 'utf8');

/** The rows `| number | \`word\` | …` of a section of the protocol. */
function rows(section: string): { number: number; word: string; rest: string[] }[] {
    const text = page.split(`\n## ${section}`)[1]?.split('\n## ')[0] ?? '';
    return [...text.matchAll(/^\| (\d+) \| `(\w+)` \| (.*) \|$/gm)].map((row) => ({
        number: Number(row[1]),
        word: row[2] ?? '',
        rest: (row[3] ?? '').split(' | ').map((cell) => cell.trim()),
    }));
}

test('the table of errors is that of the protocol', () => {
    const told = rows('13. Errors');
    expect(told).toHaveLength(20);
    expect({ network: 0, ...Object.fromEntries(told.map((row) => [row.word, row.number])) }).toEqual(ErrorCode);
    for (const row of told) {
        expect(errorWord(row.number)).toBe(row.word);
        expect([row.word, isRetryable(row.number)]).toEqual([row.word, row.rest[0]?.includes('yes')]);
    }
});

test('the numbers written into the code are those of the table', () => {
    const source = readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8');
    const names = [...source.matchAll(/^ {4}(\w+) = (\d+),$/gm)].map((match) => [match[1], Number(match[2])]);
    expect(names.length).toBeGreaterThan(10);
    expect(ErrorCode).toMatchObject(Object.fromEntries(names));
});

test('the table of close codes is that of the protocol', () => {
    const told = rows('14. Close codes');
    expect(told).toHaveLength(11);
    expect(Object.fromEntries(told.map((row) => [row.word, row.number]))).toEqual(CloseCode);
    for (const row of told) {
        expect(closeWord(row.number)).toBe(row.word);
        expect(shouldReconnect(row.number)).toBe(row.number < 4500);
    }
});

test('what this version does not know is judged by its range', () => {
    expect(errorWord(499)).toBe('unknown');
    expect(closeWord(1006)).toBe('');
    expect([199, 299, 399].some(isRetryable)).toBe(false);
    expect([0, 499, 599].every(isRetryable)).toBe(true);
    expect([1001, 1006, 1011, 4499, 5000].every(shouldReconnect)).toBe(true);
    expect([4500, 4999].some(shouldReconnect)).toBe(false);
});

test('an error comes through as plain data', () => {
    const error = new ConnectError(401, 'rate_limited', 'Too fast.', true, 200, 'text', 4005);
    const through = unpackError(structuredClone(packError(error)));
    expect(through).toBeInstanceOf(ConnectError);
    expect(packError(through)).toEqual(packError(error));
    expect(through.message).toBe('Too fast.');
    expect(Object.keys(packError(error)).sort()).toEqual(
        ['close', 'code', 'field', 'message', 'name', 'retryAfterMs', 'retryable', 'word'].sort(),
    );
});

test('what caused an error stays with it and is not copied: it may be anything', () => {
    const cause = { call: () => 'no data' };
    const error = networkError('No network.', cause);
    expect(error.cause).toBe(cause);
    expect(structuredClone(packError(error))).toMatchObject({ code: 0, message: 'No network.' });
});

test('anything thrown becomes an error that may be tried again', () => {
    const error = new ConnectError(301, 'not_found', 'No.');
    expect(asConnectError(error)).toBe(error);
    expect(asConnectError(new Error('Odd.'))).toMatchObject({ code: 502, word: 'unavailable', retryable: true });
    expect(asConnectError('odd')).toMatchObject({ message: 'odd' });
});
