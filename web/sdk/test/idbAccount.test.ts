import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { idbAccountStore } from '../src/stores/idbAccount.js';

const login = { user: 'u1', username: 'alice', device: 'd1', refreshToken: 'r1', accessToken: 'a1', expiresAt: 5 };

test('a login is there for each store of the name, until it is cleared', async () => {
    const store = idbAccountStore('first');
    expect(store.name).toBe('first');
    expect(await store.load()).toBeUndefined();
    await store.save(login);
    await store.save({ ...login, refreshToken: 'r2' });
    expect(await idbAccountStore('first').load()).toEqual({ ...login, refreshToken: 'r2' });
    expect(await idbAccountStore('second').load()).toBeUndefined();
    await idbAccountStore('first').clear();
    expect(await store.load()).toBeUndefined();
});

test('a database that is deleted elsewhere is opened again', async () => {
    const store = idbAccountStore('gone');
    await store.save(login);
    await new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase('gone-login');
        request.onsuccess = () => resolve();
        request.onerror = () => reject(request.error as Error);
    });
    expect(await store.load()).toBeUndefined();
    await store.save(login);
    expect(await store.load()).toEqual(login);
});
