import { expect, test } from 'vitest';
import { charactersLeft } from '../../src/logic/bytes.js';

test.each([
    ['abc', 10, 7],
    ['üü', 10, 3],
    ['abcdefghij', 10, 0],
    ['abcdefghijk', 10, -1],
    ['üüüüüü', 10, -1],
    ['aaaaaaaaa🙂', 10, -1],
    ['🙂🙂🙂🙂', 10, -2],
])('%s of %i bytes has %i characters left', (text, most, left) => {
    expect(charactersLeft(text, most)).toBe(left);
});
