import { expect } from 'vitest';
import { App } from '../harness/app.js';
import { makeRelease } from '../harness/release.js';
import { brokenConnections } from '../harness/profile.js';
import type { Server } from '../harness/server.js';
import { scene } from '../harness/stage.js';
import { until } from '../harness/wait.js';

/** Which version a page runs: a character of the hash of its script. */
const versionOf = (app: App): Promise<string> =>
    app.page.evaluate(() => /-(.)[\w-]{7}\.js$/.exec(document.querySelector('script')?.src ?? '')?.[1] ?? 'none');

/** The versions whose files this browser keeps, oldest first. */
const kept = (app: App): Promise<string[]> =>
    app.page.evaluate(async () =>
        (await caches.keys()).flatMap((key) => /^connect-files-(.)/.exec(key)?.[1] ?? `foreign: ${key}`),
    );

const keeps = (app: App, expected: string) =>
    until(`the files of ${expected} in the cache`, async () => (await kept(app)).join() === expected, {
        seen: () => kept(app),
    });

/** Puts the next version onto a server that was ended. */
async function release(server: Server, mark: string): Promise<void> {
    server.web = makeRelease(server.folder, mark);
    await server.start();
}

scene(
    'a new version is offered to an open page, which goes on meanwhile; it starts without a network, and old files go',
    async (stage) => {
        const server = await stage.ownServer({ web: (folder) => makeRelease(folder, '1') });
        const [alice, bob] = await stage.people('alice', 'bob');
        await alice.befriend(bob);
        await bob.write(alice, 'before the release');
        const profile = await stage.profile(alice.name);
        profile.allow(brokenConnections);
        // A page that has loaded little of itself yet: nobody is logged in.
        const old = new App(profile, await profile.newPage());
        await old.page.getByLabel('Username').waitFor();
        await keeps(old, '1');
        await until('a worker that serves the page', () =>
            old.page.evaluate(() => navigator.serviceWorker.controller !== null),
        );

        // The browser's own cache is not what a release may rest on.
        const session = await profile.context.newCDPSession(old.page);
        await session.send('Network.clearBrowserCache');
        await server.kill();
        await release(server, '2');
        // Another tab is what brings the new version into this browser.
        const next = new App(profile, await profile.newPage());
        await next.page.getByLabel('Username').waitFor();
        expect(await versionOf(next)).toBe('2');
        await keeps(next, '1,2');
        await next.page.close();

        // The server has nothing any more of what the old page loads now.
        await old.logIn(alice.name);
        await old.list.open(bob.name);
        await old.chat.shows('before the release');
        for (const [hash, heading] of [
            ['/people', 'People'],
            ['/settings', 'Settings'],
            ['/groups/new', 'New group'],
        ] as const) {
            await old.go(hash);
            await old.page.getByRole('main').getByRole('heading', { name: heading }).first().waitFor();
        }

        expect(await versionOf(old)).toBe('1');
        await old.page.getByText('A new version is ready.').waitFor();
        await old.button('Reload').click();
        await until('the new version', async () => (await versionOf(old)) === '2');
        await old.list.open(bob.name);
        await old.chat.send('after the release');

        await server.kill();
        await old.page.reload();
        expect(await versionOf(old)).toBe('2');
        await old.chat.shows('after the release');
        await release(server, '3');
        await old.page.reload();
        await until('the newest version', async () => (await versionOf(old)) === '3');
        await keeps(old, '2,3');
        await old.inside();
    },
    90_000,
);
