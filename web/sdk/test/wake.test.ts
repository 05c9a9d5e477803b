import { describe, expect, test } from 'vitest';
import { Machine } from '../src/engine/machine.js';
import { FakeChat } from './fakeChat.js';

/** A machine that is live; `round` lets so many ms pass, and says whether the server answers what it gets. */
function live(): { machine: Machine; round: (ms: number, answers?: boolean) => number } {
    const chat = new FakeChat(() => 0.5);
    chat.calm = true;
    const options = { url: 'wss://x/v1/connect', agent: 'test', firstSync: 'all', outboxLimit: 10 } as const;
    const machine = new Machine({ ...options, random: () => 0.5 }, { meta: {}, conversations: [], outbox: [] });
    const round = (ms: number, answers = true): number => {
        machine.now += ms;
        machine.advance();
        const { frames, open } = machine.take();
        if (open) {
            chat.connected();
            machine.opened('token');
        }

        frames.forEach((frame) => answers && chat.handle(frame));
        if (answers) machine.received(chat.read());
        return frames.length;
    };
    void machine.connect();
    for (let at = 0; at < 20 && machine.state !== 'live'; at++) round(10);
    expect(machine.state).toBe('live');
    for (let at = 0; at < 20 && round(1_000) > 0; at++);
    return { machine, round };
}

describe('a session that has to give a sign of life', () => {
    test.each([
        ['when somebody looks again', false, 10_000],
        ['when the network went or came', true, 4_000],
    ])('%s ends when there is none', (_, network, patience) => {
        const { machine, round } = live();
        machine.wake(network);
        expect(round(0, false)).toBe(1);
        expect(machine.nextDue()).toBeLessThanOrEqual(machine.now + patience);
        round(patience - 1, false);
        expect(machine.state).toBe('live');
        round(1, false);
        expect(machine.state).toBe('connecting');
        expect(machine.error?.message).toContain('silent');
    });

    test('goes on when there is one, however late the next is due', () => {
        const { machine, round } = live();
        machine.wake(true);
        expect(round(0)).toBe(1);
        round(10_000, false);
        expect(machine.state).toBe('live');
    });

    test('is asked once by many tabs, and sooner when the network changes after somebody looked', () => {
        const { machine, round } = live();
        machine.wake(false);
        expect(round(0, false)).toBe(1);
        machine.wake(true);
        expect(round(1, false)).toBe(1);
        machine.wake(true);
        machine.wake(false);
        expect(round(1, false)).toBe(0);
        round(3_999, false);
        expect(machine.state).toBe('connecting');
    });
});

test('a token that runs out is replaced in the session that lives, which goes on', () => {
    const { machine } = live();
    machine.received([{ token_expiring: { in_ms: 60_000 } }]);
    machine.advance();
    expect(machine.take()).toMatchObject({ fetch: true, open: false, close: false });
    machine.tokenReady('the next token');
    const [frame] = machine.take().frames;
    expect(frame).toMatchObject({ auth: { token: 'the next token' } });
    machine.received([{ id: frame?.id ?? 0, ok: { expires_at: machine.wall + machine.clock + 600_000 } }]);
    machine.advance();
    expect(machine.take()).toMatchObject({ fetch: false, close: false, frames: [] });
    expect(machine.state).toBe('live');
    // And the one after it, a minute before its end.
    machine.now += 540_000;
    machine.received([{ ping: {} }]);
    machine.advance();
    expect(machine.take().fetch).toBe(true);
});
