import { expect, test } from 'vitest';
import { Scripted } from './scripted.js';

/** What becomes of a promise; it is looked at once all that was decided is done. */
function fate(work: Promise<unknown>): { is: string } {
    const seen = { is: 'waits' };
    work.then(
        () => (seen.is = 'done'),
        (error: unknown) => (seen.is = (error as { word?: string }).word ?? 'failed'),
    );
    return seen;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** The server refuses the token, and the one that was asked for then, too. */
function end(world: Scripted): void {
    world.break(4501).pass(20_000, { quiet: true });
    world.do((machine) => machine.opened('token'));
    world.get({ id: world.take('hello').id, err: { code: 201, name: 'unauthenticated' } });
}

test('what waits for the server ends when the login is over, and so does what is asked for afterwards', async () => {
    const world = new Scripted().live();
    const { machine } = world;
    let cid = '';
    world.do(() => (cid = machine.sends.send('c1', 'hello', 0, '')));
    const waiting = [
        fate(machine.sends.sent(cid)),
        fate(machine.ask({ history: { conversation: 'c1', limit: 50 } })),
        fate(machine.ask({ readers: { conversation: 'c1', seq: 1 } })),
        fate(machine.ask({ conversations: { limit: 1 } })),
    ];
    world.do();
    end(world);
    await settled();
    expect(machine.state).toBe('offline');
    expect(waiting.map(({ is }) => is)).toEqual(Array(4).fill('unauthenticated'));

    world.do(() => (cid = machine.sends.send('c1', 'once more', 0, '')));
    const late = [fate(machine.sends.sent(cid)), fate(machine.ask({ readers: { conversation: 'c1', seq: 1 } }))];
    world.do();
    await settled();
    expect(late.map(({ is }) => is)).toEqual(['unauthenticated', 'unauthenticated']);
    // They are kept for the next login.
    expect(machine.sends.outgoing().map(({ text }) => text)).toEqual(['hello', 'once more']);
});

test('after another login what is in the outbox is sent, and may be waited for again', async () => {
    const world = new Scripted().live();
    const { machine } = world;
    let cid = '';
    world.do(() => (cid = machine.sends.send('c1', 'hello', 0, '')));
    end(world);
    void machine.connect().catch(() => undefined);
    const waiting = fate(machine.sends.sent(cid));
    world.drop('send').live();
    const { id } = world.take('send');
    world.get({ id, sent: { cid, conversation: 'c1', seq: 1, time: 1 } });
    await settled();
    expect(waiting.is).toBe('done');
});
