import { expect } from 'vitest';
import { existsSync } from 'node:fs';
import { clockLibrary } from '../harness/machine.js';
import { answered, brokenConnections } from '../harness/profile.js';
import { scene } from '../harness/stage.js';
import { until } from '../harness/wait.js';

scene('a device that is revoked shows the login and says why', async (stage) => {
    const alice = await stage.person('alice');
    const app = await stage.loggedIn(alice);
    app.profile.allow(answered(401));
    await app.live();
    const { devices } = await alice.call<{ devices: { id: string }[] }>('GET', '/v1/me/devices');
    const browser = devices.find((d) => d.id !== alice.device);
    expect(browser).toBeDefined();
    await alice.call('DELETE', `/v1/me/devices/${browser?.id ?? ''}`);
    await app.page.getByText("You've been logged out. Log in again to continue.").waitFor();
    await app.page.getByLabel('Username').waitFor();
    await until('no connection any more', () => app.profile.openSockets() === 0);
    await app.logIn(alice.name);
});

scene('who is removed from a group can read and not write, and is told why', async (stage) => {
    const [alice, bob] = await stage.people('alice', 'bob');
    await alice.befriend(bob);
    const group = await alice.group('Book club', bob);
    await alice.send(group, 'Next: Middlemarch');
    const app = await stage.loggedIn(bob);
    await app.open(group);
    await app.chat.shows('Next: Middlemarch');
    await app.chat.composer.fill('not yet sent');
    await alice.call('DELETE', `/v1/conversations/${group}/members/${bob.id}`);
    await app.page.getByText('You are no longer in this group.').waitFor();
    expect(await app.chat.composer.count()).toBe(0);
    await app.chat.shows('Next: Middlemarch');
    await alice.send(group, 'Without Bob');
    const seen = await app.chat.texts();
    expect(seen).not.toContain('Without Bob');
});

scene(
    'a token that ends in a session or without one is renewed, and nobody notices',
    async (stage) => {
        expect(existsSync(clockLibrary), `${clockLibrary} (Debian: faketime) is missing`).toBe(true);
        const server = await stage.ownServer({ ownClock: true });
        const [alice, bob] = await stage.people('alice', 'bob');
        await alice.befriend(bob);
        const conversation = await alice.direct(bob);
        const app = await stage.loggedIn(alice);
        app.profile.allow(answered(401), brokenConnections);
        await bob.send(conversation, 'hello', alice);
        await app.open(conversation);
        await app.chat.send('with the first token');
        const renewals: string[] = [];
        app.page.on('request', (request) => {
            if (request.url().endsWith('/v1/tokens')) {
                renewals.push(request.postData() ?? '');
            }
        });
        // An access token lives for 15 minutes of the server's clock, which ends the session then; the browser's own stands still.
        server.setClock(16 * 60);
        await until('the exchange of the refresh token', () => renewals.some((body) => body.includes('refresh')), {
            within: 45_000,
        });
        await app.live();
        await app.chat.send('with the second token');

        // The next one ends while the server is away.
        renewals.length = 0;
        await server.kill();
        server.setClock(32 * 60);
        await server.start();
        await app.chat.write('with the third token');
        await app.chat.tick('with the third token', /^Sent/, 45_000);
        expect(renewals.some((body) => body.includes('refresh'))).toBe(true);
        await app.page.reload();
        await app.chat.shows('with the third token');
    },
    150_000,
);

scene('a request of a stranger stands apart until it is accepted', async (stage) => {
    const [alice, bob] = await stage.people('alice', 'bob');
    const conversation = await alice.direct(bob);
    const asking = await stage.loggedIn(alice);
    await asking.writeTo(bob.name);
    await asking.chat.write('We met at the fair');
    await asking.chat.tick('We met at the fair', /^Sent/);
    const asked = await stage.loggedIn(bob);
    await asked.open(conversation);
    await asked.chat.shows('We met at the fair');
    // Read or not: nothing of it is told before the answer.
    await asking.chat.tick('We met at the fair', /^Sent/);
    await asked.button('Accept').click();
    await asked.chat.send('So we did');
    await asking.chat.shows('So we did');
    await asking.chat.send('Nice to see you');
    await asking.chat.tick('We met at the fair', /^Read/);
    await asked.go('/');
    await asked.list.row(alice.name).waitFor();
});

scene('who is blocked sees in words that a message is refused for good', async (stage) => {
    const [alice, bob] = await stage.people('alice', 'bob');
    await alice.befriend(bob);
    await alice.write(bob, 'hello');
    const conversation = await alice.direct(bob);
    const app = await stage.loggedIn(alice);
    await app.open(conversation);
    const blocking = await stage.loggedIn(bob);
    await blocking.openDetails(conversation);
    await blocking.button('Block user').click();
    await blocking
        .dialog(/^Block/)
        .getByRole('button', { name: 'Block', exact: true })
        .click();
    await blocking.says(/is blocked/);

    await app.chat.write('are you angry?');
    await app.chat.tick('are you angry?', /^Not sent/);
    await app.says(/Not sent\. You can't message this person\./);
    expect((await bob.entries(conversation)).map((e) => e.text)).toEqual(['hello']);
    await app.page.reload();
    await app.chat.tick('are you angry?', /^Not sent/);
    await app.button('Discard').click();
    await until('the refused message to go', async () => !(await app.chat.texts()).includes('are you angry?'));
});
