import { ConnectError } from '@connect-chat/sdk';
import { expect, test } from 'vitest';
import { codeOf, errorText } from '../src/errors.js';
import { followZone, timeOfDay } from '../src/texts/format.js';

test('an exception of the browser is no refusal of the server, though it has a number', () => {
    // As a DOMException has it.
    const error = Object.assign(new Error('denied'), { name: 'InvalidStateError', code: 11 });
    expect(codeOf(error)).toBeUndefined();
    expect(errorText(error)).toContain('Something went wrong in this app');
    expect(codeOf(new ConnectError(203, 'forbidden', 'no'))).toBe(203);
});

test('times are those of the time zone that the device is in now', () => {
    const before = process.env['TZ'];
    const at = Date.UTC(2026, 0, 5, 12, 52);
    try {
        process.env['TZ'] = 'America/New_York';
        followZone();
        expect(timeOfDay(at)).toContain('7:52');
        process.env['TZ'] = 'Asia/Tokyo';
        followZone();
        expect(timeOfDay(at)).toMatch(/21:52|9:52/);
    } finally {
        if (before === undefined) delete process.env['TZ'];
        else process.env['TZ'] = before;
        followZone();
    }
});
