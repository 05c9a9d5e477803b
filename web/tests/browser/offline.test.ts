import { expect } from 'vitest';
import { brokenConnections } from '../harness/profile.js';
import { scene, type Stage } from '../harness/stage.js';
import { clock, until } from '../harness/wait.js';

/** Somebody behind a network of their own, in a conversation with somebody else. */
async function behindRelay(stage: Stage) {
    const network = await stage.relay();
    const [alice, bob] = await stage.people('alice', 'bob');
    await alice.befriend(bob);
    const conversation = await alice.direct(bob);
    await bob.send(conversation, 'hello', alice);
    const app = await stage.loggedIn(alice, {}, network.url);
    app.profile.allow(brokenConnections);
    await app.open(conversation);
    await app.chat.send('with a network');
    return { network, alice, bob, conversation, app };
}

scene('a network that goes without a word is noticed long before the heartbeat, and said at once', async (stage) => {
    const { network, alice, conversation, app } = await behindRelay(stage);
    // The socket stands, and nothing passes it: what a phone sees in a tunnel.
    network.swallow();
    let start = clock();
    await app.profile.context.setOffline(true);
    await app.says(/^(Your device seems to be offline|You're offline)/);
    const said = clock() - start;
    await app.chat.write('into the tunnel');
    // From here on it is certain: the connection was asked for a sign of life and gave none.
    await app.says("You're offline. Messages will go out when you're back.");
    const certain = clock() - start;
    // It was given to the dead connection: it can no longer be taken back, and what is written now can.
    await app.chat.tick('into the tunnel', /^Sending/);
    await app.chat.write('in the tunnel');
    await app.chat.tick('in the tunnel', /^Waiting/);

    network.reset();
    start = clock();
    await app.profile.context.setOffline(false);
    await app.chat.tick('in the tunnel', /^Sent/);
    const back = clock() - start;
    await app.live();
    console.log(
        `offline said after ${said.toFixed(0)} ms, the dead connection given up after ${certain.toFixed(0)} ms,`,
        `what waited is sent ${back.toFixed(0)} ms after the network is back`,
    );
    expect(said).toBeLessThan(1500);
    expect(certain).toBeLessThan(6000);
    expect(back).toBeLessThan(6000);
    const stored = (await alice.entries(conversation)).map((e) => e.text);
    expect(stored).toEqual(['hello', 'with a network', 'into the tunnel', 'in the tunnel']);
    expect(await app.chat.all()).toEqual(stored);
});

scene('a connection that died while another network came is given up within seconds', async (stage) => {
    const { network, bob, conversation, app } = await behindRelay(stage);
    network.swallow();
    let start = clock();
    // From one network into the next: both events, one right after the other.
    await app.profile.context.setOffline(true);
    await app.profile.context.setOffline(false);
    await app.says('The connection was lost. Trying again…');
    const noticed = clock() - start;
    // Chromium's own part of it: its connections end when the addresses of the machine change.
    network.reset();
    start = clock();
    await bob.send(conversation, 'on the new network');
    await app.chat.shows('on the new network');
    console.log(
        `the change of the network noticed after ${noticed.toFixed(0)} ms,`,
        `received on the new one after ${(clock() - start).toFixed(0)} ms`,
    );
    expect(noticed).toBeLessThan(7000);
    await app.chat.send('answered');
});

scene('a device that is wrong about being offline goes on, and says no more than it knows', async (stage) => {
    const { bob, conversation, app } = await behindRelay(stage);
    const claim = (online: boolean) =>
        app.page.evaluate((is) => {
            Object.defineProperty(navigator, 'onLine', { get: () => is, configurable: true });
            dispatchEvent(new Event(is ? 'online' : 'offline'));
        }, online);
    await claim(false);
    await app.says('Your device seems to be offline.');
    await app.chat.send('all the same');
    await bob.send(conversation, 'I hear you');
    await app.chat.shows('I hear you');
    expect(await app.connection()).toContain('Your device seems to be offline.');
    await claim(true);
    await until('nothing to say of the connection', async () => !/offline/.test(await app.connection()));
    expect(app.profile.openSockets()).toBe(1);
});
