import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TokenApi } from '../src/http/api.js';
import * as conversations from '../src/http/conversations.js';
import * as groups from '../src/http/groups.js';
import * as me from '../src/http/me.js';
import * as people from '../src/http/people.js';
import { retryAfterOf } from '../src/http/problem.js';
import { rootOf } from '../src/http/request.js';
import { FakeServer, json, lost, nothing, problem } from './fakeServer.js';

let server: FakeServer;
let renewals: number;
let api: TokenApi;

beforeEach(() => {
    vi.useFakeTimers();
    server = new FakeServer();
    renewals = 0;
    api = new TokenApi(
        'wss://chat.example/v1/connect',
        (renew) => {
            if (renew) renewals++;
            return Promise.resolve({ token: `t${renewals}`, expiresAt: 0 });
        },
        { fetch: server.fetch },
    );
});

afterEach(() => vi.useRealTimers());

/** What comes of it when all waits are over. */
async function settled<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    return work;
}

test('the root is that of the socket', () => {
    expect(rootOf('wss://chat.example:8443/v1/connect')).toBe('https://chat.example:8443');
    expect(rootOf('https://chat.example/app/#x')).toBe('https://chat.example');
    expect(rootOf('ws://localhost:5000/v1/connect')).toBe('http://localhost:5000');
});

test('a call carries the token and gives the JSON', async () => {
    server.on('GET', '/v1/me', json({ user: 'u1', username: 'alice', device: 'd1', created_at: 7 }));
    expect(await me.self(api)).toEqual({ user: 'u1', username: 'alice', device: 'd1', createdAt: 7 });
    expect(server.asked[0]?.headers['authorization']).toBe('Bearer t0');
});

test('a token that has ended is renewed once and the call is made again', async () => {
    server.on('PUT', '/v1/blocks/u2', () => problem(401, 202, 'token_expired'), nothing);
    await people.block(api, 'u2');
    expect(server.asked.map((each) => each.headers['authorization'])).toEqual(['Bearer t0', 'Bearer t1']);
});

test('a second refusal of the token is told', async () => {
    server.on('PUT', '/v1/blocks/u2', () => problem(401, 201, 'unauthenticated'));
    await expect(people.block(api, 'u2')).rejects.toMatchObject({ code: 201, retryable: false });
    expect([server.asked.length, renewals]).toEqual([2, 1]);
});

test('a wrong password renews nothing', async () => {
    server.on('POST', '/v1/me/password', () => problem(401, 201, 'unauthenticated', { field: 'old_password' }));
    const refused = expect(me.changePassword(api, 'a', 'b')).rejects;
    await refused.toMatchObject({ code: 201, field: 'old_password' });
    expect([server.asked.length, renewals]).toEqual([1, 0]);
});

test('a group keeps its key over all attempts', async () => {
    server.on(
        'POST',
        '/v1/conversations',
        lost,
        () => problem(504, 503, 'unknown_outcome', { retryable: true }),
        json({ conversation: 'c1', seq: 1, time: 5, added: ['u2'], invited: ['u3'] }),
    );
    const made = await settled(groups.createGroup(api, 'key-1', 'Team', ['u2', 'u3']));
    expect(made).toEqual({ conversation: 'c1', added: ['u2'], invited: ['u3'] });
    expect(server.asked.map((each) => each.headers['idempotency-key'])).toEqual(['key-1', 'key-1', 'key-1']);
    expect(server.asked[2]?.body).toEqual({ title: 'Team', members: ['u2', 'u3'] });
});

test('no network is code 0, and worth another try', async () => {
    server.on('GET', '/v1/contacts', lost);
    await expect(settled(people.contacts(api))).rejects.toMatchObject({ code: 0, word: 'network', retryable: true });
    expect(server.asked).toHaveLength(3);
});

test('the end of a call by its caller stays what it is, also in a wait', async () => {
    server.on('GET', '/v1/contacts', lost);
    const ends = new AbortController();
    const call = api.request('GET', '/v1/contacts', undefined, {}, { signal: ends.signal });
    const refused = expect(call).rejects.toThrow('Enough.');
    await vi.advanceTimersByTimeAsync(0);
    ends.abort(new Error('Enough.'));
    await refused;
    expect(server.asked).toHaveLength(1);
    await expect(api.request('GET', '/v1/me', undefined, {}, { signal: ends.signal })).rejects.toThrow('Enough.');
});

test('a server that does not answer in time is as none', async () => {
    vi.useRealTimers();
    server.on('GET', '/v1/invites', () => new Promise(() => undefined));
    const slow: typeof fetch = (input, init) =>
        new Promise((resolve, reject) => {
            init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
            server.fetch(input, init).then(resolve, reject);
        });
    const hasty = new TokenApi('https://h', () => Promise.resolve({ token: 't', expiresAt: 0 }), {
        fetch: slow,
        timeoutMs: 20,
    });
    const call = hasty.request('GET', '/v1/invites', undefined, {}, { attempts: 1 });
    await expect(call).rejects.toMatchObject({ code: 0, retryable: true });
});

test('how long to wait is what the server says', async () => {
    const busy = { retryable: true, retry_after_ms: 4_000 };
    server.on('GET', '/v1/invites', () => problem(503, 402, 'overloaded', busy), json({ invites: [] }));
    const call = groups.invites(api);
    await vi.advanceTimersByTimeAsync(3_999);
    expect(server.asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await call).toEqual([]);
});

test('a limit is told and not run into again', async () => {
    const limit = { retryable: true, retry_after_ms: 1_500, detail: 'Slow down.' };
    server.on('PUT', '/v1/contacts/u2', () => problem(429, 401, 'rate_limited', limit));
    await expect(people.requestContact(api, 'u2')).rejects.toMatchObject({
        code: 401,
        message: 'Slow down.',
        retryable: true,
        retryAfterMs: 1_500,
    });
    expect(server.asked).toHaveLength(1);
});

test.each([
    [502, 502, true],
    [404, 301, false],
    [413, 102, false],
    [429, 401, true],
    [418, 302, false],
])('of an answer without a document the status has to do: %i', async (status, code, retryable) => {
    server.on('GET', '/v1/blocks', () => new Response('<html>', { status, headers: { 'Retry-After': '2' } }));
    const call = api.request('GET', '/v1/blocks', undefined, {}, { attempts: 1 });
    await expect(call).rejects.toMatchObject({ code, retryable, retryAfterMs: 2_000 });
});

test('Retry-After is seconds or a date', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(retryAfterOf('1.5', now)).toBe(1_500);
    expect(retryAfterOf(new Date(now + 3_000).toUTCString(), now)).toBe(3_000);
    expect(retryAfterOf(new Date(now - 3_000).toUTCString(), now)).toBe(0);
    expect([retryAfterOf(null), retryAfterOf(''), retryAfterOf('soon')]).toEqual([0, 0, 0]);
});

test('nobody of that name is no error', async () => {
    server.on('GET', '/v1/users?username=b%26b', json({ id: 'u2', username: 'b&b', direct: 'c1' }));
    expect(await people.findUser(api, 'b&b')).toEqual({ id: 'u2', username: 'b&b', direct: 'c1' });
    expect(await people.findUser(api, 'nobody')).toBeUndefined();
});

test('lists come with the names of the SDK', async () => {
    const named = { invited_by: 'u1', invited_at: 2 };
    const members = [
        { user: 'u1', username: 'alice', role: 'owner', since: 1 },
        { user: 'u2', ...named },
        { user: 'u3' },
    ];
    server
        .on('GET', '/v1/contacts', json({ contacts: [{ user: 'u2', username: 'bob', state: 'asked', since: 3 }] }))
        .on('GET', '/v1/blocks', json({ blocks: [{ user: 'u3', username: 'eve', since: 4 }] }))
        .on('GET', '/v1/conversations/c1/members', json({ members }))
        .on('GET', '/v1/me/devices', json({ devices: [{ id: 'd1', name: 'x', created_at: 1, current: true }] }))
        .on(
            'GET',
            '/v1/invites',
            json({ invites: [{ conversation: 'c1', title: 'T', member_count: 2, ...named, expires_at: 9 }] }),
        );
    expect(await people.contacts(api)).toEqual([{ user: 'u2', username: 'bob', state: 'asked', since: 3 }]);
    expect(await people.blocks(api)).toEqual([{ user: 'u3', username: 'eve', since: 4 }]);
    expect(await groups.members(api, 'c1')).toEqual([
        { user: 'u1', username: 'alice', role: 'owner', since: 1 },
        { user: 'u2', username: '', invitedBy: 'u1', invitedAt: 2 },
        { user: 'u3', username: '' },
    ]);
    expect(await me.devices(api)).toEqual([
        { id: 'd1', name: 'x', createdAt: 1, lastUsedAt: 0, current: true, connected: false },
    ]);
    expect(await groups.invites(api)).toEqual([
        {
            conversation: 'c1',
            title: 'T',
            memberCount: 2,
            invitedBy: 'u1',
            invitedByUsername: '',
            invitedAt: 2,
            expiresAt: 9,
        },
    ]);
});

test('privacy changes only what is named', async () => {
    server.on('PATCH', '/v1/me/privacy', json({ presence: false, read_receipts: true }));
    expect(await me.setPrivacy(api, { presence: false })).toEqual({ presence: false, readReceipts: true });
    expect(server.asked[0]?.body).toEqual({ presence: false });
});

test('changes go to the routes of the protocol', async () => {
    const routes = [
        ['PUT', '/v1/contacts/u%2F2', () => people.requestContact(api, 'u/2')],
        ['POST', '/v1/contacts/u2/accept', () => people.acceptContact(api, 'u2')],
        ['POST', '/v1/contacts/u2/decline', () => people.declineContact(api, 'u2')],
        ['DELETE', '/v1/contacts/u2', () => people.removeContact(api, 'u2')],
        ['DELETE', '/v1/blocks/u2', () => people.unblock(api, 'u2')],
        ['DELETE', '/v1/me/devices/d2', () => me.revokeDevice(api, 'd2')],
        ['DELETE', '/v1/me', () => me.deleteAccount(api, 'p'), { password: 'p' }],
        ['PUT', '/v1/conversations/c1/title', () => groups.rename(api, 'c1', 'T'), { title: 'T' }],
        [
            'PUT',
            '/v1/conversations/c1/members/u2/role',
            () => groups.setRole(api, 'c1', 'u2', 'admin'),
            { role: 'admin' },
        ],
        ['DELETE', '/v1/conversations/c1/members/u2', () => groups.removeMember(api, 'c1', 'u2')],
        ['DELETE', '/v1/conversations/c1/invites/u2', () => groups.withdrawInvite(api, 'c1', 'u2')],
        ['POST', '/v1/invites/c1/accept', () => groups.acceptInvite(api, 'c1')],
        ['POST', '/v1/invites/c1/decline', () => groups.declineInvite(api, 'c1')],
        [
            'PATCH',
            '/v1/conversations/c1',
            () => conversations.patch(api, 'c1', { mutedUntil: 0, request: 'accept' }),
            { request: 'accept', muted_until: 0 },
        ],
    ] as const;
    for (const [method, path, call, body] of routes) {
        server.on(method, path, nothing);
        await call();
        expect(server.asked.at(-1)).toMatchObject({ method, path });
        expect(server.asked.at(-1)?.body).toEqual(body);
    }
});
