import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConnectError } from '../src/errors.js';
import type { PortEvent } from '../src/engine/port.js';
import { pack, unpack } from '../src/tabs/messages.js';
import { shareTabs } from '../src/tabs.js';
import type { TabPort } from '../src/tabs/port.js';
import { FakeChannel, FakeDevice, FakeEngine, FakeLocks } from './fakeTabs.js';

interface Tab {
    readonly port: TabPort;
    readonly channel: FakeChannel;
    readonly events: PortEvent[];
    /** Tells that the page freezes and thaws. */
    readonly life: EventTarget;
    /** The engine, when it leads. */
    engine: FakeEngine | undefined;
    kill(): void;
}

let locks: FakeLocks;
let device: FakeDevice;
let tabs: Tab[];
let name = 0;

beforeEach(() => {
    locks = new FakeLocks();
    device = new FakeDevice();
    tabs = [];
    name++;
});

afterEach(async () => {
    await Promise.all(tabs.map((tab) => tab.port.close()));
});

function openTab(): Tab {
    const of = {};
    const life = new EventTarget();
    let channel: FakeChannel | undefined;
    const share = shareTabs(`test-${name}`, {
        locks: locks.of(of),
        channel: (each) => (channel = new FakeChannel(each)),
        pingMs: 40,
        patienceMs: 100,
        handoverMs: 50,
        life,
    });
    const events: PortEvent[] = [];
    const port = share(() => (tab.engine = device.start())) as TabPort;
    const tab: Tab = {
        port,
        channel: channel as unknown as FakeChannel,
        events,
        life,
        engine: undefined,
        kill: () => {
            if (tab.engine !== undefined) tab.engine.isDead = true;
            tab.channel.isFrozen = true;
            locks.kill(of);
        },
    };
    port.onEvent((event) => events.push(event));
    tabs.push(tab);
    return tab;
}

const seqs = (tab: Tab) => tab.events.flatMap((event) => (event.type === 'entry' ? [event.seq] : []));
const told = (tab: Tab, count: number) =>
    vi.waitFor(() => expect(seqs(tab)).toEqual(Array.from({ length: count }, (_, at) => at + 1)), 3_000);

/** Three tabs, of which the first leads and all are connected. */
async function threeTabs(): Promise<[Tab, Tab, Tab]> {
    const three: [Tab, Tab, Tab] = [openTab(), openTab(), openTab()];
    expect(await three[1].port.call('connect')).toBe('live');
    for (const tab of three) await vi.waitFor(() => expect(tab.port.state.change.state).toBe('live'));
    expect(three.map((tab) => tab.port.isLeader)).toEqual([true, false, false]);
    return three;
}

function engineOf(tab: Tab): FakeEngine {
    if (tab.engine === undefined) throw new Error('This tab does not lead.');
    return tab.engine;
}

test('many tabs have one engine, and all are told the same in the same order', async () => {
    const [first, second, third] = await threeTabs();
    for (let at = 0; at < 50; at++) engineOf(first).receive(`text ${at}`);
    for (const tab of [first, second, third]) await told(tab, 50);
    expect(device.engines).toHaveLength(1);
});

test('a call of any tab is answered, and refused with the same error', async () => {
    const [first, second] = await threeTabs();
    for (const tab of [first, second]) {
        const cid = await tab.port.call('send', 'c1', 'hello', 0, '');
        expect(device.log.at(-1)).toMatchObject({ cid, text: 'hello' });
        const refused = tab.port.call('ask', { readers: { conversation: 'c1', seq: 1 } });
        await expect(refused).rejects.toMatchObject({
            code: 401,
            word: 'rate_limited',
            retryAfterMs: 200,
            field: 'limit',
        });
        await expect(refused).rejects.toBeInstanceOf(ConnectError);
    }
    await told(second, 2);
});

test('a tab that freezes hands over at once, though it goes on hearing the others, and leads no more before it thaws', async () => {
    const [first, second, third] = await threeTabs();
    const leaders = () => [first, second, third].map((tab) => tab.port.isLeader);
    first.life.dispatchEvent(new Event('freeze'));
    await vi.waitFor(() => expect(leaders()).toEqual([false, true, false]), { interval: 1, timeout: 90 });
    expect(device.open).toEqual([second.engine]);
    engineOf(second).receive('to all');
    for (const tab of [first, second, third]) await told(tab, 1);
    await third.port.call('send', 'c1', 'of a third', 0, '');
    await told(second, 2);

    // It is next in line and must not take its turn.
    third.life.dispatchEvent(new Event('freeze'));
    await second.port.close();
    tabs = tabs.filter((tab) => tab !== second);
    await new Promise((done) => setTimeout(done, 50));
    expect(leaders()).toEqual([false, false, false]);
    expect(device.open).toEqual([]);
    first.life.dispatchEvent(new Event('resume'));
    await vi.waitFor(() => expect(leaders()).toEqual([true, false, false]));
    third.life.dispatchEvent(new Event('resume'));
    expect(await third.port.call('connect')).toBe('live');
    engineOf(first).receive('after the thaw');
    for (const tab of [first, third]) await told(tab, 3);
    expect(leaders()).toEqual([true, false, false]);
});

test('what cannot be cloned is refused at once', async () => {
    const [, second] = await threeTabs();
    await expect(second.port.call('learn', (() => 1) as never, 'u2', 'bob')).rejects.toThrow();
    expect(await second.port.call('rooms')).toEqual([]);
});

test('a tab that misses an event notices, and is told what it missed', async () => {
    const [first, second] = await threeTabs();
    engineOf(first).receive('one');
    await told(second, 1);
    let dropped = 0;
    second.channel.drop = ({ t }) => t === 'event' && dropped++ < 3;
    for (const text of ['two', 'three', 'four']) engineOf(first).receive(text);
    await told(second, 4);
    expect(dropped).toBeGreaterThanOrEqual(3);
});

test('the last event is not missed either', async () => {
    const [first, second] = await threeTabs();
    second.channel.drop = ({ t }) => t === 'event';
    engineOf(first).receive('one');
    // The answer to a ping says how far the leader is.
    await told(second, 1);
});

test.each(['closed', 'killed'])(
    'when the leader is %s another tab takes over within 2 s, with nothing lost',
    async (how) => {
        const [first, second, third] = await threeTabs();
        engineOf(first).receive('one');
        await told(third, 1);
        const start = performance.now();
        if (how === 'closed') await first.port.close();
        else first.kill();
        // It was kept, and nobody was told.
        device.log.push({ ...(device.log[0] as (typeof device.log)[0]), seq: 2, text: 'two' });
        await told(second, 2);
        await told(third, 2);
        expect(performance.now() - start).toBeLessThan(2_000);
        expect([second.port.isLeader, third.port.isLeader]).toEqual([true, false]);
        expect(second.port.state.change.state).toBe('live');
        engineOf(second).receive('three');
        await told(third, 3);
        if (how === 'closed') expect(device.open).toHaveLength(1);
    },
);

test('a leader that freezes is replaced within 2 s, and follows when it thaws', async () => {
    const [first, second, third] = await threeTabs();
    first.channel.isFrozen = true;
    engineOf(first).isDead = true;
    const start = performance.now();
    const cid = await third.port.call('send', 'c1', 'while frozen', 0, '');
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(device.log.map((each) => each.cid)).toEqual([cid]);
    engineOf(first).isDead = false;
    first.channel.thaw();
    await told(first, 1);
    await vi.waitFor(() => expect(device.open).toHaveLength(1));
    expect(first.port.isLeader).toBe(false);
    expect([second, third].filter((tab) => tab.port.isLeader)).toHaveLength(1);
});

test('what a deposed leader took in is sent by the next one, once', async () => {
    const [first, second, third] = await threeTabs();
    device.isAcking = false;
    first.channel.isFrozen = true;
    // The frozen tab still takes this in, and nobody hears of it.
    const cid = await first.port.call('send', 'c1', 'unheard', 0, '');
    await vi.waitFor(() => expect(second.port.isLeader || third.port.isLeader).toBe(true), 2_000);
    device.isAcking = true;
    const leader = second.port.isLeader ? second : third;
    device.outbox.clear();
    device.outbox.set(cid, { cid, conversation: 'c1', text: 'unheard', time: 0, state: 'queued', discardable: true });
    first.channel.thaw();
    await vi.waitFor(() =>
        expect(
            engineOf(leader)
                .calls.filter((each) => each.method === 'send')
                .map((each) => each.args[4]),
        ).toEqual([cid]),
    );
});

test('a send without an answer is sent by the next leader, under its cid', async () => {
    const [first, second, third] = await threeTabs();
    engineOf(first).isDead = true;
    const sending = third.port.call('send', 'c1', 'once', 0, '');
    await vi.waitFor(() => expect(engineOf(first).calls.some((each) => each.method === 'send')).toBe(true));
    const asked = engineOf(first).calls.find((each) => each.method === 'send');
    first.kill();
    const cid = await sending;
    expect(asked?.args[4]).toBe(cid);
    expect(device.log.map((each) => each.cid)).toEqual([cid]);
    await told(second, 1);
});

test('an ack is not lost with the leader', async () => {
    const [first, , third] = await threeTabs();
    device.isAcking = false;
    const cid = await third.port.call('send', 'c1', 'text', 0, '');
    const sent = third.port.call('sent', cid);
    await vi.waitFor(() => expect(engineOf(first).calls.some((each) => each.method === 'sent')).toBe(true));
    // The server has it, the store has it, and the leader dies before it says so.
    engineOf(first).isDead = true;
    engineOf(first).ack(cid);
    expect(device.log).toHaveLength(1);
    first.kill();
    expect(await sent).toEqual({ conversation: 'c1', seq: 1, time: 1 });
});

test('a wait for an ack outlives leaders that close', async () => {
    const [first, second, third] = await threeTabs();
    device.isAcking = false;
    const cid = await first.port.call('send', 'c1', 'text', 0, '');
    const waits = [second, third].map((tab) => tab.port.call('sent', cid));
    await vi.waitFor(() => expect(engineOf(first).calls.filter((each) => each.method === 'sent')).toHaveLength(2));
    await first.port.close();
    await vi.waitFor(() => expect(second.engine?.calls.filter((each) => each.method === 'sent')).toHaveLength(2));
    engineOf(second).ack(cid);
    for (const wait of waits) expect(await wait).toMatchObject({ seq: 1 });
});

test('what tabs want is told to each leader, and ends with the tab', async () => {
    const [first, second, third] = await threeTabs();
    await second.port.call('setOpen', 'view', ['c1']);
    await third.port.call('watch', 'list', ['u2']);
    expect(device.wishes.size).toBe(2);
    device.wishes.clear();
    first.kill();
    await vi.waitFor(() =>
        expect([...device.wishes.keys()].map((key) => key.split(':')[0]).sort()).toEqual(['setOpen', 'watch']),
    );
    third.kill();
    await vi.waitFor(() => expect([...device.wishes.values()].map((args) => args[1])).toEqual([['c1']]));
});

test('disconnected stays disconnected over a change of leader', async () => {
    const [first, second, third] = await threeTabs();
    await third.port.call('disconnect');
    await vi.waitFor(() => expect(engineOf(first).calls.at(-1)?.method).toBe('disconnect'));
    await first.port.close();
    await vi.waitFor(() => expect(second.port.isLeader).toBe(true));
    expect(await second.port.call('rooms')).toEqual([]);
    expect(engineOf(second).calls.some((each) => each.method === 'connect')).toBe(false);
});

test('an item above what the store still has is taken back', async () => {
    const [first, second, third] = await threeTabs();
    for (const text of ['one', 'two', 'three']) engineOf(first).receive(text);
    await told(third, 3);
    device.log.length = 2;
    first.kill();
    await vi.waitFor(() => expect(second.port.isLeader).toBe(true));
    const reset = { type: 'reset', conversation: 'c1', above: 2 };
    for (const tab of [second, third]) await vi.waitFor(() => expect(tab.events).toContainEqual(reset));
    engineOf(second).receive('another three');
    await vi.waitFor(() => expect(seqs(third)).toEqual([1, 2, 3, 3]));
});

test('a closed client refuses, and a tab without a leader says so in time', async () => {
    const tab = openTab();
    await vi.waitFor(() => expect(tab.port.isLeader).toBe(true));
    await tab.port.close();
    await expect(tab.port.call('rooms')).rejects.toMatchObject({ code: 502, message: 'The client is closed.' });

    let channel: FakeChannel | undefined;
    const never = shareTabs(`test-${name}-alone`, {
        locks: { request: () => new Promise(() => undefined) },
        channel: (each) => (channel = new FakeChannel(each)),
        callMs: 30,
    })(device.start);
    await expect(never.call('rooms')).rejects.toMatchObject({ code: 502, retryable: true, message: 'No tab answers.' });
    await never.close();
    expect(channel).toBeDefined();
});

test('without locks each tab has its own engine', () => {
    const engine = new FakeEngine(device);
    expect(globalThis.navigator?.locks).toBeUndefined();
    expect(shareTabs('alone')(() => engine)).toBe(engine);
});

test('errors anywhere in a value come through as errors', () => {
    const error = new ConnectError(302, 'invalid', 'No.', false, 0, 'text', 4500);
    const plain = { list: [1, { deep: true }], at: Infinity, none: undefined };
    expect(pack(plain)).toBe(plain);
    const through = unpack(structuredClone(pack({ ...plain, state: { error }, many: [error] }))) as {
        state: { error: ConnectError };
        many: ConnectError[];
    };
    expect(through.state.error).toBeInstanceOf(ConnectError);
    expect(through.many[0]).toMatchObject({ code: 302, word: 'invalid', message: 'No.', field: 'text', close: 4500 });
    expect(through).toMatchObject({ list: [1, { deep: true }], at: Infinity });
});
