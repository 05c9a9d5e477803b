import { ConnectError } from '@connect-chat/sdk';
import { describe, expect, test } from 'vitest';
import { errorText, waitText } from '../../src/errors.js';
import { always, muteChoices, muteState, muteUntil } from '../../src/logic/mute.js';
import { asUsername } from '../../src/logic/credentials.js';
import { passwordFault, titleFault } from '../../src/panels/logic/names.js';

const now = 1_795_000_000_000;
const error = (code: number, retryable = false, retryAfterMs = 0) =>
    new ConnectError(code, 'word', 'for developers', retryable, retryAfterMs);

describe('mute', () => {
    test('lasts as long as was chosen', () => {
        expect(muteChoices.map((choice) => muteUntil(choice, now) - now)).toEqual([
            3_600_000,
            28_800_000,
            604_800_000,
            always - now,
        ]);
    });

    test('is over at its time, and "always" is no date', () => {
        expect(muteState(undefined, now)).toBe('off');
        expect(muteState(now, now)).toBe('off');
        expect(muteState(now + 1, now)).toBe('until');
        expect(muteState(muteUntil('always', now), now)).toBe('always');
        expect(new Date(always).getUTCFullYear()).toBe(9999);
    });
});

describe('errors', () => {
    test('every number of the protocol that can be refused for good has words of its own', () => {
        const codes = [0, 101, 102, 103, 105, 201, 202, 203, 301, 302, 303, 306, 307, 401, 402, 501, 502, 503];
        const words = codes.map((code) => errorText(error(code)));
        expect(new Set(words).size).toBe(codes.length);
        expect(words.some((text) => text.includes('for developers'))).toBe(false);
    });

    test('a number of a later version is judged by retryable', () => {
        expect(errorText(error(999))).toContain('999');
        expect(errorText(error(999, true))).not.toContain('999');
    });

    test('what an action says of a number comes first, and when to try again comes after', () => {
        expect(errorText(error(201), { 201: 'Wrong password.' })).toBe('Wrong password.');
        expect(errorText(error(401, true, 3_200))).toBe('Too many requests. Try again in 4 seconds.');
    });

    test('a fault of the app itself shows nothing of its inside', () => {
        expect(errorText(new TypeError('x is not a function'))).not.toContain('function');
    });

    test.each([
        [1, 'in a second'],
        [99_000, 'in 99 seconds'],
        [99_001, 'in 2 minutes'],
        [3_600_000, 'in 60 minutes'],
        [7_200_000, 'in 2 hours'],
    ])('%i ms: %s', (ms, words) => {
        expect(waitText(ms)).toBe(words);
    });
});

describe('names', () => {
    test.each([
        ['Bob', 'bob'],
        [' @bob ', 'bob'],
        ['a.b-c_9', 'a.b-c_9'],
        ['ab', undefined],
        ['.bob', undefined],
        ['bob smith', undefined],
        ['böb', undefined],
        ['a'.repeat(33), undefined],
    ])('%j is %s', (typed, name) => {
        expect(asUsername(typed)).toBe(name);
    });

    test.each([
        ['Lunch', undefined],
        ['  ', 'empty'],
        ['ü'.repeat(128), undefined],
        ['ü'.repeat(129), 'too_long'],
        ['two\nlines', 'control'],
    ])('title %j: %s', (title, fault) => {
        expect(titleFault(title)).toBe(fault);
    });

    test.each([
        ['short', 'short', 'too_short'],
        ['x'.repeat(129), 'x'.repeat(129), 'too_long'],
        ['the old password', 'the old password', 'same'],
        ['a new password', 'a now password', 'differs'],
        ['a new password', 'a new password', undefined],
    ])('password %s / %s: %s', (next, again, fault) => {
        expect(passwordFault('the old password', next, again)).toBe(fault);
    });
});
