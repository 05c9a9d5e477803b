import { readFileSync } from 'node:fs';
import WebSocket from 'ws';
import { expect, test } from 'vitest';
import { ConnectAccount } from '../src/accounts.js';
import { FullConnectClient } from '../src/full.js';
import { Link, type Socket, type SocketType } from '../src/engine/link.js';
import { jsonCodec } from '../src/wire/codec.js';
import type { ClientFrame } from '../src/wire/frames.js';
import { DEFAULT_LIMITS, perFrame, soundLimits } from '../src/wire/limits.js';
import { entry, Scripted } from './scripted.js';
import { builtServer, TestServer } from './testServer.js';
import { trustedFetch } from './trustedFetch.js';

const SMALL = { frame: 1024, text: 700, in_flight: 256 };
/** As long as the server's ids of direct conversations. */
const idOf = (n: number): string => `${n}`.padStart(43, 'x');

function sizes(frames: readonly ClientFrame[]): number[] {
    return frames.map((frame) => Buffer.byteLength(jsonCodec.encode([frame])));
}

test('frames are put into messages that the server takes, in their order', () => {
    const sent: string[] = [];
    class Fake implements Socket {
        binaryType = '';
        readyState = 1;
        onopen = null;
        onmessage = null;
        onclose = null;
        onerror = null;
        send(data: string | Uint8Array): void {
            sent.push(String(data));
        }
        close(): void {
            // Nothing to close.
        }
    }
    const nobody = { received: () => undefined, closed: () => undefined };
    const link = new Link('wss://x', jsonCodec, Fake as unknown as SocketType, nobody);
    const frames = Array.from({ length: 40 }, (_, id) => ({
        id: id + 1,
        send: { conversation: 'c1', cid: `m${id}`, text: 'ä€👍'.repeat(1 + (id % 20)) },
    }));
    link.send(frames, 1024);
    expect(sent.length).toBeGreaterThan(3);
    expect(Math.max(...sent.map((data) => Buffer.byteLength(data)))).toBeLessThanOrEqual(1024);
    expect(sent.join('')).toBe(jsonCodec.encode(frames));
});

test('before a welcome the limits of the protocol hold, then those of the server, also after a new start', () => {
    const world = new Scripted();
    expect(world.machine.portState.textLimit).toBe(DEFAULT_LIMITS.text);
    world.do((machine) => machine.opened('token'));
    const kept: Record<string, unknown> = {};
    const id = world.take('hello').id;
    world.machine.received([{ id, welcome: { user: 'u1', device: 'd1', limits: SMALL } }]);
    Object.assign(kept, world.machine.out.batch.meta);
    expect(world.machine.portState.textLimit).toBe(700);
    expect(world.break().machine.portState.textLimit).toBe(700);
    expect(new Scripted({ meta: kept }).machine.portState.textLimit).toBe(700);
});

test('a text is measured as the server will, and as its frame will hold it', () => {
    const world = new Scripted().live({ limits: SMALL });
    const send = (text: string) => world.do((machine) => void machine.sends.send('c1', text, 0, ''));
    expect(() => send('x'.repeat(701))).toThrow('at most 700 bytes');
    expect(() => send('"'.repeat(700))).toThrow('at most 700 bytes');
    send('x'.repeat(700));
    expect(Math.max(...sizes(world.said))).toBeLessThanOrEqual(1024);
});

test('what was queued under a greater limit is refused here, and what is behind it goes on', () => {
    const message = (id: number, text: string) => ({
        id,
        conversation: 'c1',
        to: '',
        cid: `0193e4a1-7c2b-7b3c-8d4e-00000000000${id}`,
        text,
        time: 0,
        seen: 0,
        transmitted: true,
    });
    const late = new Scripted({ outbox: [message(1, 'x'.repeat(2000)), message(2, 'short')] });
    late.welcome({ limits: SMALL });
    expect(late.take('send').text).toBe('short');
    expect(late.told('send_failed')).toMatchObject([{ message: { state: 'failed', error: { word: 'too_large' } } }]);
    expect(late.machine.state).toBe('syncing');
});

test('lists are told in frames that the server takes', () => {
    const conversations = Array.from({ length: 60 }, (_, n) => ({
        ...{ id: idOf(n), held: 1_000_000 + n, delivered: 1_000_000, read: 1_000_000 },
        ...{ confirmedDelivered: 0, confirmedRead: 0 },
    }));
    const world = new Scripted({ conversations });
    world.welcome({ limits: SMALL });
    world.do((machine) => {
        machine.attention.setOpen(
            'h',
            conversations.slice(0, 32).map(({ id }) => id),
        );
        machine.attention.watch(
            'h',
            conversations.map(({ id }) => id.slice(21)),
        );
    });
    const all: ClientFrame[] = [...world.said];
    for (let n = 0; n < 20 && world.said.some((frame) => frame.sync); n++) {
        const { id, more } = world.take('sync');
        world.get({ id, sync_page: more ? {} : { synced: true } });
        all.push(...world.said);
    }
    conversations.forEach(({ id }) => world.machine.log.refresh(id));
    world.get({ entries: { entries: [entry(idOf(0), 1_000_001)] } }).pass(3_000);
    all.push(...world.said);
    const kinds = new Set(all.flatMap((frame) => Object.keys(frame)));
    expect([...kinds]).toEqual(expect.arrayContaining(['sync', 'mark', 'watch', 'state', 'conversations']));
    expect(Math.max(...sizes(all))).toBeLessThanOrEqual(1024);
});

test('against a server with lowered limits an outbox is flushed and nobody is sent away', async (context) => {
    if (builtServer() === undefined) context.skip('NOT RUN: there is no built server (set CONNECT_SERVER).');
    const server = await TestServer.start(
        ...['--Gateway:MessageBytes=1024', '--Gateway:TextBytes=120'],
        ...['--Gateway:HelloDeadline=00:01:00', '--Gateway:MessageDeadline=00:01:00'],
    );
    try {
        const ca = readFileSync(server.certificate, 'utf8');
        const http = { fetch: trustedFetch(ca) };
        const join = async (username: string) => {
            await ConnectAccount.register(server.url, username, 'correct horse battery', http);
            const login = { username, password: 'correct horse battery' };
            const account = await ConnectAccount.login(server.url, login, http);
            const webSocket = class extends WebSocket {
                constructor(url: string, protocols: string[]) {
                    super(url, protocols, { ca });
                }
            } as unknown as SocketType;
            const token = (renew: boolean) => account.token(renew);
            return new FullConnectClient(server.socketUrl, { token, webSocket, http });
        };
        const [ann, bob] = [await join('ann'), await join('bob')];
        const refusals: number[] = [];
        ann.onState(({ error }) => error?.close && refusals.push(error.close));
        await Promise.all([ann.connect(), bob.connect()]);
        const room = await ann.openDirect('bob');
        await ann.disconnect();
        const handles = [];
        for (let n = 0; n < 60; n++) handles.push(await room.send(`${n} `.padEnd(60, 'ä')));
        await ann.connect();
        const seqs = (await Promise.all(handles.map(({ sent }) => sent))).map(({ seq }) => seq);
        expect(seqs).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
        expect(refusals).toEqual([]);
        expect(ann.textLimit).toBe(120);
        await expect(room.send('x'.repeat(121))).rejects.toMatchObject({ word: 'too_large' });
        await Promise.all([ann.close(), bob.close()]);
    } finally {
        await server.stop();
    }
}, 180_000);

const ODD = [0, 1, 127, 1023, -5, 0.5, NaN, Infinity, 2 ** 31, 2 ** 32 - 1, 2 ** 32, '8000' as unknown as number];

test.each(ODD)('a list moves on whatever frame a server names: %d', (frame) => {
    const n = perFrame(500, soundLimits({ frame }));
    expect(n).toBeGreaterThanOrEqual(1);
    expect(n).toBeLessThanOrEqual(500);
});

test.each([0, -1, NaN, Infinity, 2 ** 40])('a limit that makes no sense is taken as the default: %d', (odd) => {
    const limits = { frame: odd, text: odd, in_flight: odd };
    expect(soundLimits(limits)).toEqual(DEFAULT_LIMITS);
    const world = new Scripted().live({ limits });
    expect(world.machine.limits).toEqual(DEFAULT_LIMITS);
    world.do((machine) => void machine.sends.send('c1', 'hello', 0, ''));
    expect(world.take('send').text).toBe('hello');
    // A store that an earlier version wrote may have kept them.
    expect(new Scripted({ meta: { limits } }).machine.limits).toEqual(DEFAULT_LIMITS);
});

test('limits that make sense hold, as whole numbers', () => {
    expect(soundLimits({ frame: 2048.9, text: 1, in_flight: 1, undelivered_ttl: 60 })).toEqual({
        frame: 2048,
        text: 1,
        in_flight: 1,
        undelivered_ttl: 60,
    });
    expect(soundLimits({ text: 100 })).toEqual({ ...DEFAULT_LIMITS, text: 100 });
});
