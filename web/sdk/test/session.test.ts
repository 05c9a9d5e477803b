import { describe, expect, test } from 'vitest';
import { ConnectError } from '../src/errors.js';
import { Phase } from '../src/engine/phase.js';
import { entry, EPOCH, Scripted } from './scripted.js';

const held = (id: string, seq: number) => ({
    id,
    held: seq,
    delivered: seq,
    read: 0,
    confirmedDelivered: seq,
    confirmedRead: 0,
});

describe('a quick resume', () => {
    test('that is full syncs nothing', () => {
        const scripted = new Scripted({ conversations: [held('c1', 3)] }).live();
        scripted.get({ entries: { entries: [entry('c1', 4)] } });
        scripted.break();
        const hello = scripted.welcome({ resumed: 'full', session: 's2' });
        expect(hello.resume).toEqual({
            session: 's1',
            incarnation: 'i',
            heads: [{ conversation: 'c1', seq: 4 }],
        });
        expect(scripted.machine.state).toBe('live');
        expect(scripted.kinds()).not.toContain('sync');
    });

    test('that is partial syncs what changed and nothing else, and is live after that', () => {
        const scripted = new Scripted({ conversations: [held('c1', 3), held('c2', 5)] }).live().break();
        scripted.welcome({ resumed: 'partial', changed: [{ conversation: 'c2', seq: 7 }] });
        expect(scripted.machine.state).toBe('syncing');
        const sync = scripted.take('sync');
        expect(sync).toMatchObject({ mode: 'listed', positions: [{ conversation: 'c2', seq: 5 }] });
        scripted.get({ id: sync.id, sync_page: { entries: [entry('c2', 6), entry('c2', 7)], synced: true } });
        expect(scripted.machine.state).toBe('live');
        expect(scripted.told('entry')).toMatchObject([{ seq: 6 }, { seq: 7 }]);
    });

    test('whose part fails is made up for by a sync of all', () => {
        const scripted = new Scripted({ conversations: [held('c1', 3), held('c2', 5)] }).live().break();
        scripted.welcome({ resumed: 'partial', changed: [{ conversation: 'c2' }] });
        scripted.get({ id: scripted.take('sync').id, err: { code: 502, name: 'unavailable', retryable: true } });
        scripted.pass(999);
        expect(scripted.kinds()).not.toContain('sync');
        scripted.pass(1);
        expect(scripted.take('sync')).toMatchObject({
            mode: 'all',
            positions: [
                { conversation: 'c1', seq: 3 },
                { conversation: 'c2', seq: 5 },
            ],
        });
    });

    test('is not asked for where something is missing', () => {
        const scripted = new Scripted({ conversations: [held('c1', 3)] }).live();
        scripted.get({ hint: { hints: [{ conversation: 'c1', head: 9 }] } }).break();
        expect(scripted.welcome().resume).toBeUndefined();
    });
});

describe('a device without memory that begins at what others have got', () => {
    test('holds nothing below the first item, and a skipped range is one', () => {
        const scripted = new Scripted({}, { firstSync: 'fresh' });
        scripted.welcome();
        const sync = scripted.take('sync');
        expect(sync.mode).toBe('fresh');
        scripted.get({
            id: sync.id,
            sync_page: {
                entries: [entry('c1', 41), entry('c2', 9)],
                skipped: [{ conversation: 'c2', from: 5, to: 8, why: 'not_member' }],
                synced: true,
            },
        });
        expect(scripted.machine.state).toBe('live');
        expect(scripted.told('skipped')).toMatchObject([{ conversation: 'c2', from: 5, to: 8, why: 'not_member' }]);
        expect(scripted.told('entry').map((event) => 'seq' in event && event.seq)).toEqual([9, 41]);
        expect(scripted.machine.conv('c1').tracker).toMatchObject({ held: 41, hasHole: false });
        expect(scripted.machine.conv('c2').tracker).toMatchObject({ held: 9, hasHole: false });
    });

    test('asks for all when it holds something', () => {
        const scripted = new Scripted({ conversations: [held('c1', 3)] }, { firstSync: 'fresh' });
        scripted.welcome();
        expect(scripted.take('sync').mode).toBe('all');
    });
});

test('a session that lags syncs all anew, and cannot be resumed before it has caught up', () => {
    const scripted = new Scripted({ conversations: [held('c1', 3)] }).live().get({ lagging: {} });
    expect(scripted.machine.state).toBe('syncing');
    const sync = scripted.take('sync');
    expect(sync).toMatchObject({ mode: 'all', positions: [{ conversation: 'c1', seq: 3 }] });
    scripted.break();
    expect(scripted.welcome().resume).toBeUndefined();
});

describe('a server that goes away', () => {
    const goAway = { go_away: { reconnect_after_ms: 2_000, jitter_ms: 1_000, url: 'wss://y/v1/connect' } };

    test('is asked nothing new, answers what is open, and is left for the one it names', () => {
        const scripted = new Scripted().live();
        scripted.do((machine) => machine.sends.send('c1', 'one', 0, ''));
        const send = scripted.take('send');
        scripted.get(goAway).do((machine) => machine.sends.send('c1', 'two', 0, ''));
        expect(scripted.kinds()).not.toContain('send');
        expect(scripted.machine.state).toBe('live');
        scripted.get({ id: send.id, sent: { cid: send.cid, conversation: 'c1', seq: 1, time: EPOCH } });
        expect(scripted.machine.change).toMatchObject({ state: 'connecting', retryInMs: 2_500 });
        expect(scripted.did.close).toBe(true);
        expect(scripted.machine.url).toBe('wss://y/v1/connect');
        scripted.pass(2_499, { quiet: true });
        expect(scripted.machine.phase).toBe(Phase.waiting);
        scripted.pass(1, { quiet: true });
        expect(scripted.machine.phase).toBe(Phase.opening);
    });

    test('is not waited for longer than ten seconds, and never followed to a weaker connection', () => {
        const scripted = new Scripted().live();
        scripted.do((machine) => machine.sends.send('c1', 'one', 0, ''));
        scripted.get({ go_away: { ...goAway.go_away, url: 'ws://y/v1/connect' } }).pass(9_999);
        expect(scripted.machine.state).toBe('live');
        scripted.pass(1);
        expect(scripted.machine.state).toBe('connecting');
        expect(scripted.machine.url).toBe('wss://x/v1/connect');
    });
});

describe('the token of a session', () => {
    const hour = 3_600_000;

    test('is renewed a minute before its end, and the session goes on', () => {
        const scripted = new Scripted().live({ token_expires_at: EPOCH + hour });
        scripted.pass(hour - 60_001);
        expect(scripted.fetches).toEqual([]);
        scripted.pass(1);
        expect(scripted.fetches).toEqual([false]);
        scripted.do((machine) => machine.tokenReady('next'));
        const auth = scripted.take('auth');
        expect(auth.token).toBe('next');
        scripted.get({ id: auth.id, ok: { expires_at: EPOCH + 2 * hour } });
        expect(scripted.machine.state).toBe('live');
        scripted.pass(hour - 1);
        expect(scripted.fetches).toEqual([false]);
        scripted.pass(1);
        expect(scripted.fetches).toEqual([false, false]);
    });

    test('that the server says ends soon is renewed at once', () => {
        const scripted = new Scripted().live({ token_expires_at: EPOCH + hour }).get({ token_expiring: { in_ms: 1 } });
        expect(scripted.fetches).toEqual([false]);
    });

    test('that is refused is asked for anew after ten seconds, another one', () => {
        const scripted = new Scripted().live().get({ token_expiring: {} });
        scripted.do((machine) => machine.tokenReady('bad'));
        scripted.get({ id: scripted.take('auth').id, err: { code: 201, name: 'unauthenticated' } });
        expect(scripted.machine.state).toBe('live');
        scripted.pass(9_999);
        expect(scripted.fetches).toEqual([false]);
        scripted.pass(1);
        expect(scripted.fetches).toEqual([false, true]);
    });

    test('that cannot be had for now is tried for again, and for good not', () => {
        const scripted = new Scripted().live().get({ token_expiring: {} });
        scripted.do((machine) => machine.tokenFailed(new ConnectError(0, 'network', 'none', true)));
        scripted.pass(9_999);
        expect(scripted.fetches).toEqual([false]);
        scripted.pass(1);
        expect(scripted.fetches).toEqual([false, false]);
        scripted.do((machine) => machine.tokenFailed(new ConnectError(201, 'unauthenticated', 'over')));
        scripted.pass(100_000);
        expect(scripted.fetches).toHaveLength(2);
        expect(scripted.machine.state).toBe('live');
    });

    test('that is refused in the greeting is renewed once, and then somebody has to log in', () => {
        const scripted = new Scripted();
        scripted.pass(0, { quiet: true }).do((machine) => machine.opened('old'));
        const refuse = () => scripted.get({ id: scripted.take('hello').id, err: { code: 202, name: 'token_expired' } });
        refuse();
        expect(scripted.machine.state).toBe('connecting');
        scripted.pass(250, { quiet: true });
        expect(scripted.machine.phase).toBe(Phase.opening);
        expect(scripted.opens).toEqual([false, true]);
        scripted.do((machine) => machine.opened('new'));
        refuse();
        expect(scripted.machine.change).toMatchObject({ state: 'offline', error: { word: 'token_expired' } });
    });
});
