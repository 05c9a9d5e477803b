import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConnectAccount } from '../src/http/account.js';
import type { Locks } from '../src/http/exclusive.js';
import { memoryAccountStore } from '../src/stores/account.js';
import type { AccountStore, StoredLogin } from '../src/stores/account.js';
import { FakeServer, json, lost, nothing, problem, tokens } from './fakeServer.js';

const url = 'wss://chat.example/v1/connect';
let server: FakeServer;
let log: string[];

beforeEach(() => {
    vi.useFakeTimers();
    server = new FakeServer();
    log = [];
});

afterEach(() => vi.useRealTimers());

/** A store that says what was saved, and when. */
function toldStore(login?: StoredLogin, name?: string): AccountStore {
    const memory = memoryAccountStore(login);
    const store: AccountStore = {
        ...memory,
        save: async (next) => {
            await Promise.resolve();
            log.push(`saved ${next.refreshToken}`);
            return memory.save(next);
        },
    };
    return name === undefined ? store : { ...store, name };
}

function login(n: number): StoredLogin {
    return { user: 'u1', username: 'alice', device: 'd1', refreshToken: `r${n}` };
}

async function opened(store: AccountStore, locks?: Locks): Promise<ConnectAccount> {
    const account = await ConnectAccount.open(url, store, {
        fetch: server.fetch,
        ...(locks === undefined ? {} : { locks }),
    });
    if (!account) throw new Error('The store has no login.');
    return account;
}

/** A server that rotates as the real one: the token before stays valid until the new one is used. */
function rotating(lifeMs = 900_000): void {
    let last = 0;
    server.on('POST', '/v1/tokens', async (asked) => {
        const used = Number((asked.body as { refresh_token: string }).refresh_token.slice(1));
        log.push(`used r${used}`);
        await Promise.resolve();
        if (used < last - 1) return problem(401, 201, 'unauthenticated');
        last = used + 1;
        return json(tokens(last, lifeMs))(asked);
    });
}

/** The server's clock is right; this device's is so far off. */
function skewed(offMs: number, lifeMs = 900_000): void {
    let n = 0;
    server.on('POST', '/v1/tokens', () => {
        const now = Date.now() - offMs;
        const answer = { ...tokens(++n), expires_at: now + lifeMs };
        const headers = { 'Content-Type': 'application/json', Date: new Date(now).toUTCString() };
        return new Response(JSON.stringify(answer), { headers });
    });
}

test.each([0, 20, 180, -180, 60 * 24 * 365])(
    'a device whose clock is %i minutes ahead renews no more often than others',
    async (minutes) => {
        skewed(minutes * 60_000);
        const store = memoryAccountStore({ user: 'u1', username: 'alice', device: 'd1', refreshToken: 'r0' });
        for (let turn = 0; turn < 20; turn++) {
            // Each time as a page that is opened anew, and one that goes on.
            const account = await opened(store);
            await account.token();
            await account.token();
            vi.advanceTimersByTime(30_000);
        }
        expect(server.count('POST', '/v1/tokens')).toBe(1);
        vi.advanceTimersByTime(300_000);
        await (await opened(store)).token();
        expect(server.count('POST', '/v1/tokens')).toBe(2);
    },
);

test('a clock that is set does not make a token of this page last longer or shorter', async () => {
    skewed(0);
    const account = await opened(
        memoryAccountStore({ user: 'u1', username: 'alice', device: 'd1', refreshToken: 'r0' }),
    );
    await account.token();
    vi.setSystemTime(Date.now() - 3 * 3_600_000);
    await account.token();
    expect(server.count('POST', '/v1/tokens')).toBe(1);
    vi.advanceTimersByTime(820_000);
    await account.token();
    expect(server.count('POST', '/v1/tokens')).toBe(2);
});

test('a registration and a login; the store remembers', async () => {
    server.on('POST', '/v1/accounts', json({ user: 'u1' }, 201)).on('POST', '/v1/tokens', json(tokens(1)));
    const store = memoryAccountStore();
    await ConnectAccount.register(url, 'alice', 'correct horse', { fetch: server.fetch });
    const account = await ConnectAccount.login(
        url,
        { username: 'alice', password: 'correct horse', deviceName: 'laptop', store },
        { fetch: server.fetch },
    );
    expect(account).toMatchObject({ user: 'u1', username: 'alice', device: 'd1' });
    expect(server.asked.map((each) => each.body)).toEqual([
        { username: 'alice', password: 'correct horse' },
        { grant: 'password', username: 'alice', password: 'correct horse', device_name: 'laptop' },
    ]);
    expect((await account.token()).token).toBe('a1');
    expect((await opened(store)).device).toBe('d1');
    expect(server.asked).toHaveLength(2);
});

test('a device stays the same over logins', async () => {
    server.on('POST', '/v1/tokens', json(tokens(1))).on('DELETE', '/v1/tokens', nothing);
    const store = memoryAccountStore();
    const first = await ConnectAccount.login(url, { username: 'a', password: 'p', store }, { fetch: server.fetch });
    await first.logout();
    expect(await ConnectAccount.open(url, store)).toBeUndefined();
    await ConnectAccount.login(url, { username: 'a', password: 'p', store }, { fetch: server.fetch });
    expect(server.asked.at(-1)?.body).toMatchObject({ device_id: 'd1' });
});

test('a new token is stored before it is used', async () => {
    rotating(1_000);
    const account = await opened(toldStore(login(0)));
    for (let n = 1; n <= 3; n++) expect((await account.token()).token).toBe(`a${n}`);
    expect(log).toEqual(['used r0', 'saved r1', 'used r1', 'saved r2', 'used r2', 'saved r3']);
});

test('an answer that is not stored is not used', async () => {
    rotating();
    const store = toldStore(login(0));
    const account = await opened({ ...store, save: () => Promise.reject(new Error('The disk is full.')) });
    await expect(account.token()).rejects.toThrow('The disk is full.');
    await expect(account.token()).rejects.toThrow('The disk is full.');
    expect(log).toEqual(['used r0', 'used r0']);
});

test('all who ask at once get the token of one refresh', async () => {
    rotating();
    const account = await opened(toldStore(login(0)));
    const got = await Promise.all([1, 2, 3, 4].map(() => account.token()));
    expect(got.map((each) => each.token)).toEqual(['a1', 'a1', 'a1', 'a1']);
    expect(server.count('POST', '/v1/tokens')).toBe(1);
});

test('a renewal gives another token, but not one more for each who lost the same', async () => {
    rotating();
    const account = await opened(toldStore(login(0)));
    expect((await account.token()).token).toBe('a1');
    expect((await account.token(true)).token).toBe('a2');
    expect((await account.token()).token).toBe('a2');
});

test('two tabs refresh once: the lock is held until the token is stored', async () => {
    rotating();
    const store = toldStore(login(0), 'shared');
    let last: Promise<unknown> = Promise.resolve();
    const names: string[] = [];
    const locks: Locks = {
        request: (name, work) => {
            names.push(name);
            const mine = last.then(work);
            last = mine.catch(() => undefined);
            return mine;
        },
    };
    const tabs = [await opened(store, locks), await opened(store, locks)];
    const got = await Promise.all(tabs.flatMap((tab) => [tab.token(), tab.token()]));
    expect(new Set(got.map((each) => each.token))).toEqual(new Set(['a1']));
    expect(log).toEqual(['used r0', 'saved r1']);
    expect(new Set(names)).toEqual(new Set(['shared:login']));
    for (const tab of tabs) tab.close();
});

test('a lost answer is asked for again with the same token', async () => {
    let lose = 2;
    rotating();
    const inner = server.fetch;
    const losing: typeof fetch = async (input, init) => {
        const answer = await inner(input, init);
        return lose-- > 0 ? lost() : answer;
    };
    const account = await ConnectAccount.open(url, toldStore(login(0)), { fetch: losing });
    const token = account?.token();
    await vi.advanceTimersByTimeAsync(50_000);
    expect((await token)?.token).toBe('a1');
    expect(log).toEqual(['used r0', 'used r0', 'used r0', 'saved r1']);
});

test('without a network the login stays', async () => {
    server.on('POST', '/v1/tokens', lost);
    const store = memoryAccountStore(login(0));
    const account = await opened(store);
    const token = expect(account.token()).rejects.toMatchObject({ code: 0, retryable: true });
    await vi.advanceTimersByTimeAsync(60_000);
    await token;
    expect([account.over, (await store.load())?.refreshToken]).toEqual([false, 'r0']);
});

test('a refused refresh is the end of the login, told once', async () => {
    server.on('POST', '/v1/tokens', () => problem(401, 201, 'unauthenticated'));
    const store = memoryAccountStore(login(0));
    const account = await opened(store);
    const ended = vi.fn();
    account.onEnded(ended);
    await expect(account.token()).rejects.toMatchObject({ code: 201 });
    await expect(account.token()).rejects.toMatchObject({ code: 201 });
    expect(ended).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 201 }));
    expect(server.asked).toHaveLength(1);
    expect(await store.load()).toEqual({ user: 'u1', username: 'alice', device: 'd1', refreshToken: '' });
});

test('a logout ends the login here even when the server cannot be told', async () => {
    rotating();
    server.on('DELETE', '/v1/tokens?everywhere=true', lost);
    const store = memoryAccountStore(login(0));
    const account = await opened(store);
    const ended = vi.fn();
    account.onEnded(ended);
    const logout = expect(account.logout(true)).rejects.toMatchObject({ code: 0 });
    await vi.advanceTimersByTimeAsync(60_000);
    await logout;
    expect(ended).toHaveBeenCalledTimes(1);
    expect((await store.load())?.refreshToken).toBe('');
    await expect(account.token()).rejects.toMatchObject({ code: 201 });
});

test('a logout in one tab is one in all', async () => {
    vi.useRealTimers();
    rotating();
    server.on('DELETE', '/v1/tokens', nothing);
    const store = { ...memoryAccountStore(login(0)), name: 'tabs-of-one-login' };
    const tabs = [await opened(store), await opened(store)];
    const told = new Promise<void>((resolve) => tabs[1]?.onEnded(() => resolve()));
    await tabs[0]?.logout();
    await told;
    expect(tabs[1]?.over).toBe(true);
    await expect(tabs[1]?.token()).rejects.toMatchObject({ code: 201 });
});

test('a deleted account is forgotten, device and all', async () => {
    rotating();
    server.on('DELETE', '/v1/me', () => new Response(null, { status: 202 }));
    const store = memoryAccountStore(login(0));
    const account = await opened(store);
    await account.deleteAccount('p');
    expect([account.over, await store.load()]).toEqual([true, undefined]);
});

test('the export comes as it is', async () => {
    rotating();
    server.on('GET', '/v1/me/export', () => new Response('{"account":{}}'));
    const account = await opened(memoryAccountStore(login(0)));
    expect(await (await account.exportData()).text()).toBe('{"account":{}}');
});
