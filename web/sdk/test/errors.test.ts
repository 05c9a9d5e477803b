import { expect, test } from 'vitest';
import { ConnectError } from '../src/errors.js';

test('an error keeps its number and its word', () => {
    const error = new ConnectError(401, 'rate_limited', 'Too fast.', true, 200);
    expect(error).toMatchObject({
        name: 'ConnectError',
        code: 401,
        word: 'rate_limited',
        retryable: true,
        retryAfterMs: 200,
    });
});
