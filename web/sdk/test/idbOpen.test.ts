import { afterEach, expect, test, vi } from 'vitest';
import { openDatabase } from '../src/stores/idbOpen.js';

afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
});

test('a database that does not answer is given up, and closed again when it answers too late', async () => {
    vi.useFakeTimers();
    const close = vi.fn();
    const request: { result: object; onsuccess?: () => void } = { result: { close } };
    vi.stubGlobal('indexedDB', { open: () => request });
    const opening = openDatabase(
        'connect',
        () => undefined,
        () => undefined,
    );
    const given = expect(opening).rejects.toThrow('does not answer');
    await vi.advanceTimersByTimeAsync(10_000);
    await given;
    request.onsuccess?.();
    expect(close).toHaveBeenCalledOnce();
});

test('a database that answers in time is not closed', async () => {
    vi.useFakeTimers();
    const close = vi.fn();
    const request: { result: object; onsuccess?: () => void } = { result: { close } };
    vi.stubGlobal('indexedDB', { open: () => request });
    const opening = openDatabase(
        'connect',
        () => undefined,
        () => undefined,
    );
    await vi.advanceTimersByTimeAsync(9_000);
    request.onsuccess?.();
    expect(await opening).toBe(request.result);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(close).not.toHaveBeenCalled();
});
