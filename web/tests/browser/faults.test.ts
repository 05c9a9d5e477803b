import { expect } from 'vitest';
import type { App } from '../harness/app.js';
import type { Person } from '../harness/people.js';
import { brokenConnections } from '../harness/profile.js';
import { scene, type Stage } from '../harness/stage.js';
import { delay, until } from '../harness/wait.js';

/** Two people in two browsers, in one conversation. */
async function couple(stage: Stage, url = stage.place.url) {
    const [alice, bob] = await stage.people('alice', 'bob');
    await alice.befriend(bob);
    const conversation = await alice.direct(bob);
    const apps = [await stage.loggedIn(alice, {}, url), await stage.loggedIn(bob)] as const;
    for (const [app, other] of [
        [apps[0], bob],
        [apps[1], alice],
    ] as const) {
        app.profile.allow(brokenConnections);
        await app.writeTo(other.name);
    }

    return { alice, bob, conversation, apps };
}

/** Every text, once, in one order: on each screen and in the store. */
async function sameEverywhere(apps: readonly App[], sent: readonly string[], reader: Person, conversation: string) {
    const stored = (await reader.entries(conversation)).filter((e) => e.kind === 'message').map((e) => e.text);
    expect([...stored].sort()).toEqual([...sent].sort());
    for (const app of apps) {
        await app.chat.shows(stored.at(-1) ?? '');
        expect(await app.chat.all()).toEqual(stored);
    }
}

scene('without a network it is said, and what is written goes out when it is back', async (stage) => {
    const network = await stage.relay();
    const { alice, conversation, apps } = await couple(stage, network.url);
    await apps[0].chat.send('with a network');
    network.cut();
    await apps[0].profile.context.setOffline(true);
    await apps[0].says("You're offline. Messages will go out when you're back.");
    for (const text of ['one', 'two']) {
        await apps[0].chat.write(text);
        await apps[0].chat.tick(text, /^Waiting/);
    }

    // The page itself comes from this device, too.
    await apps[0].page.reload();
    await apps[0].chat.tick('two', /^Waiting/);
    network.mend();
    await apps[0].profile.context.setOffline(false);
    await apps[1].chat.shows('two', 40_000);
    await sameEverywhere(apps, ['with a network', 'one', 'two'], alice, conversation);
});

scene('what is written without a server waits, also over a reload, and goes out in order', async (stage) => {
    const server = await stage.ownServer();
    const { alice, conversation, apps } = await couple(stage);
    await apps[0].chat.send('with a network');
    await apps[1].chat.shows('with a network');
    await server.kill();
    await apps[0].offlineShown();
    for (const text of ['one', 'two', 'three']) {
        await apps[0].chat.write(text);
        await apps[0].chat.tick(text, /^Waiting/);
    }

    // Reading and waiting work without a network, too.
    await apps[0].page.reload();
    await apps[0].chat.shows('with a network');
    await apps[0].chat.tick('three', /^Waiting/);
    expect(await apps[1].chat.texts()).toEqual(['with a network']);

    await server.start();
    await apps[1].chat.shows('three', 40_000);
    await apps[0].chat.tick('three', /^Read/);
    await sameEverywhere(apps, ['with a network', 'one', 'two', 'three'], alice, conversation);
});

scene(
    'a server killed and started again in mid-conversation loses nothing and doubles nothing',
    async (stage) => {
        const server = await stage.ownServer();
        const { alice, conversation, apps } = await couple(stage);
        const sent: string[] = [];
        let writing = true;
        const writer = async (app: App, word: string) => {
            for (let n = 1; writing; n++) {
                sent.push(`${word} ${n}`);
                await app.chat.write(`${word} ${n}`);
                await delay(40);
            }
        };

        const writers = [writer(apps[0], 'ping'), writer(apps[1], 'pong')];
        for (let kill = 1; kill <= 2; kill++) {
            const before = sent.length;
            await until('twenty more messages', () => sent.length >= before + 20);
            await server.kill();
            // Meanwhile people go on writing.
            const then = sent.length;
            await until('six messages without a server', () => sent.length >= then + 6);
            await server.start();
            await until(
                'the other side of a message written without a server',
                async () => (await apps[0].chat.texts()).some((t) => t.startsWith('pong') && sent.indexOf(t) >= then),
                { within: 40_000 },
            );
        }

        writing = false;
        await Promise.all(writers);
        await until(
            'every message in the store',
            async () => (await alice.entries(conversation)).filter((e) => e.kind === 'message').length >= sent.length,
            { within: 40_000 },
        );
        for (const app of apps) {
            await app.chat.noneWaits();
        }

        console.log(`${sent.length} messages over two kills`);
        await sameEverywhere(apps, sent, alice, conversation);
    },
    120_000,
);

scene('a server that stands still for a while takes nothing away', async (stage) => {
    const server = await stage.ownServer();
    const { alice, conversation, apps } = await couple(stage);
    await apps[0].chat.send('before');
    server.signal('SIGSTOP');
    try {
        await apps[0].chat.write('while it stands');
        await apps[0].chat.tick('while it stands', /^(Waiting|Sending)/);
        await delay(1500);
        await apps[0].chat.tick('while it stands', /^(Waiting|Sending)/);
    } finally {
        server.signal('SIGCONT');
    }

    await apps[1].chat.shows('while it stands', 40_000);
    await apps[0].chat.tick('while it stands', /^Read/, 40_000);
    await sameEverywhere(apps, ['before', 'while it stands'], alice, conversation);
});
