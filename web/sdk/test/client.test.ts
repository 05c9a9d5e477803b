import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ConnectEvent, Entry } from '../src/api.js';
import { FullConnectClient } from '../src/full.js';
import { systemClock } from '../src/engine/engine.js';
import type { SocketType } from '../src/engine/link.js';
import { MemoryStore } from '../src/stores/memory.js';
import type { StoreBatch } from '../src/stores/store.js';
import type { ClientFrame } from '../src/wire/frames.js';
import { FakeChat } from './fakeChat.js';

// Time passes only where a test lets it pass, or waits for something.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A client on sockets that end in a FakeChat. */
function world(store = new MemoryStore()) {
    const chat = new FakeChat(() => 0.5);
    chat.calm = true;
    chat.now = Date.now();
    const net = { held: false };
    let seed = 1;
    let open: { flush: () => void; fail: () => void } | undefined;
    class FakeSocket {
        binaryType = '';
        readyState = 0;
        onopen: (() => void) | null = null;
        onmessage: ((event: { data: string }) => void) | null = null;
        onclose: ((event: { code: number }) => void) | null = null;
        onerror: (() => void) | null = null;

        constructor() {
            chat.connected();
            open = {
                flush: () => {
                    if (net.held) return;
                    const data = chat.read().map((frame) => JSON.stringify(frame) + '\n');
                    if (data.length > 0) this.onmessage?.({ data: data.join('') });
                },
                fail: () => {
                    chat.broken();
                    this.onclose?.({ code: 1006 });
                },
            };
            queueMicrotask(() => {
                this.readyState = 1;
                this.onopen?.();
            });
        }

        send(text: string): void {
            text.split('\n')
                .filter((line) => line)
                .forEach((line) => chat.handle(JSON.parse(line) as ClientFrame));
            queueMicrotask(() => open?.flush());
        }

        close(): void {
            chat.broken();
        }
    }

    const client = new FullConnectClient('wss://x/v1/connect', {
        token: () => 'token',
        store,
        webSocket: FakeSocket as unknown as SocketType,
        random: () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647,
        clock: systemClock,
    });
    const write = (conversation: string): void => {
        chat.write(conversation);
        open?.flush();
    };
    return { chat, client, net, write, fail: () => open?.fail(), flush: () => open?.flush() };
}

test('a view shows what is sent at once, then with its number, and what others write', async () => {
    const { client, write, net, flush } = world();
    expect(await client.connect()).toBe('live');
    write('c1');
    const view = await client.conversation('c1').openView();
    const states: string[] = [];
    view.subscribe((content) => states.push(content.outgoing.map((message) => message.state).join()));
    net.held = true;
    const { sent, cid } = await client.conversation('c1').send('mine');
    await vi.waitFor(() => expect(states).toContain('sending'));
    net.held = false;
    flush();
    expect(await sent).toMatchObject({ cid, conversation: 'c1', seq: 2 });
    write('c1');
    await vi.waitFor(() => expect(view.current.items).toHaveLength(3));
    expect(view.current.outgoing).toEqual([]);
    expect(view.current.items.map((item) => item.type === 'entry' && item.text)).toEqual(['theirs', 'mine', 'theirs']);
    const frozen = view.current;
    write('c1');
    await vi.waitFor(() => expect(view.current.items).toHaveLength(4));
    expect(frozen.items).toHaveLength(3);
    view.close();
    await client.close();
});

test('what is written without a connection waits in the outbox and goes out with the next one', async () => {
    const { client, chat, fail } = world();
    await client.connect();
    fail();
    await vi.waitFor(() => expect(client.state.state).toBe('connecting'), { interval: 1 });
    const { sent } = await client.conversation('c1').send('later');
    expect(await client.outgoing()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    await sent;
    expect(chat.logs.get('c1')?.map((entry) => entry.text)).toEqual(['later']);
    expect(await client.outgoing()).toEqual([]);
    await client.close();
});

test('a slow reader of events gets every entry, in order', async () => {
    const { client, write } = world(new MemoryStore(5000));
    await client.connect();
    const events = client.events();
    const count = 1500;
    for (let at = 0; at < count; at++) {
        write('c1');
    }

    await vi.waitFor(async () =>
        expect((await client.conversation('c1').openView()).current.items.length).toBeGreaterThan(0),
    );
    const seqs: number[] = [];
    for await (const event of events as AsyncIterable<ConnectEvent>) {
        if (event.type === 'entry' && seqs.push((event as Entry).seq) === count) {
            break;
        }
    }

    expect(seqs).toEqual(Array.from({ length: count }, (_, at) => at + 1));
    await client.close();
});

test('a text that no server takes is refused before it is in the outbox', async () => {
    const { client } = world();
    const conversation = client.conversation('c1');
    await expect(conversation.send('')).rejects.toMatchObject({ word: 'invalid' });
    await expect(conversation.send('\ud800')).rejects.toMatchObject({ word: 'invalid' });
    await expect(conversation.send('ä'.repeat(4001))).rejects.toMatchObject({ word: 'too_large' });
    expect(await client.outgoing()).toEqual([]);
    await client.close();
});

test('a store that fails stops the client with its reason, and nothing is sent', async () => {
    class Full extends MemoryStore {
        override async apply(batch: Readonly<StoreBatch>): Promise<void> {
            if (batch.outbox.length > 0) throw new Error('The disk is full.');
            await super.apply(batch);
        }
    }

    const { client, chat } = world(new Full());
    await client.connect();
    await expect(client.conversation('c1').send('x')).rejects.toThrow('The disk is full.');
    expect(client.state).toMatchObject({ state: 'offline', error: { word: 'internal' } });
    expect(chat.logs.size).toBe(0);
    await client.close();
});

/** What becomes of a promise. */
function fate(work: Promise<unknown>): { is: string } {
    const seen = { is: 'waits' };
    work.then(
        () => (seen.is = 'done'),
        (error: unknown) => (seen.is = String((error as Error).message)),
    );
    return seen;
}

class Fills extends MemoryStore {
    isFull = false;

    override async apply(batch: Readonly<StoreBatch>): Promise<void> {
        if (this.isFull) throw new Error('The disk is full.');
        await super.apply(batch);
    }
}

test('what is answered together with something that the store refuses ends as well', async () => {
    const store = new Fills();
    const { chat, client, net, write } = world(store);
    await client.connect();
    write('c1');
    net.held = true;
    const conversation = client.conversation('c1');
    const sent = fate((await conversation.send('hello')).sent);
    const read = fate(conversation.readers(1));
    await vi.waitFor(() => expect(chat.logs.get('c1')).toHaveLength(2));
    store.isFull = true;
    net.held = false;
    write('c1');
    await vi.waitFor(() => expect(client.state).toMatchObject({ state: 'offline', error: { word: 'internal' } }));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(sent.is).toContain('The disk is full.');
    expect(read.is).toContain('The disk is full.');
});
