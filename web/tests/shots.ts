/** Pictures of the main views, in both themes and three widths: `npm run shots -- FOLDER`. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { App } from './harness/app.js';
import { launch } from './harness/launch.js';
import { checkMachine } from './harness/machine.js';
import { Person } from './harness/people.js';
import { brokenConnections, Profile } from './harness/profile.js';
import { Relay } from './harness/relay.js';
import { Server } from './harness/server.js';
import { type Name, type Story, tell } from './harness/story.js';
import { until } from './harness/wait.js';

const sizes = [
    { width: 360, height: 740 },
    { width: 820, height: 1000 },
    { width: 1280, height: 800 },
];

const folder = resolve(process.argv[2] ?? '');
if (process.argv[2] === undefined) {
    console.error('usage: npm run shots -- FOLDER');
    process.exit(2);
}

const inside = async (browser: Browser, url: string, name: string): Promise<App> => {
    const profile = await Profile.open(browser, url, name, {});
    profile.allow(brokenConnections);
    const app = new App(profile, await profile.newPage());
    await app.logIn(name);
    return app;
};

/** The views in the order in which they are visited; each leaves the app as it found it. */
const visits = (story: Story, network: Relay): readonly (readonly [string, (app: App) => Promise<void>])[] => [
    ['list', (app) => app.go('/')],
    [
        'conversation',
        async (app) => {
            await app.open(story.ids.jonas);
            await app.chat.shows('Same place. I am there a bit earlier and get us the table by the window.');
        },
    ],
    [
        'group',
        async (app) => {
            await app.open(story.ids.walk);
            await app.chat.shows('You are the best');
        },
    ],
    [
        'details',
        async (app) => {
            await app.openDetails(story.ids.walk);
            await app.says('Group details');
        },
    ],
    ['request', (app) => app.open(story.ids.request)],
    ['people', (app) => app.go('/people')],
    ['new-group', (app) => app.go('/groups/new')],
    ['settings', (app) => app.go('/settings')],
    ['devices', (app) => app.go('/settings/devices')],
    [
        'failed',
        async (app) => {
            await app.open(story.ids.refused);
            await app.chat.tick('And one for me, too?', /^Not sent/);
        },
    ],
    [
        'offline',
        async (app) => {
            await app.open(story.ids.jonas);
            network.cut();
            await app.profile.context.setOffline(true);
            await app.offlineShown();
        },
    ],
];

async function main(): Promise<void> {
    checkMachine();
    mkdirSync(folder, { recursive: true });
    const server = await Server.start({ ownClock: true });
    const browser = await launch(server.certificateKey);
    const network = await Relay.to(server.url);
    try {
        const story = await tell(server);
        await Person.register(server, 'amelie');
        const friends: Name[] = ['jonas', 'leila'];
        for (const name of friends) {
            const friend = await inside(browser, server.url, name);
            await friend.open(name === 'jonas' ? story.ids.jonas : story.ids.walk);
        }

        const mira = await inside(browser, network.url, 'mira');
        await mira.open(story.ids.refused);
        await mira.chat.write('And one for me, too?');
        await mira.chat.tick('And one for me, too?', /^Not sent/);
        // What is read already has no line of new messages.
        for (const [conversation, title] of [
            [story.ids.jonas, 'jonas'],
            [story.ids.walk, 'Lake walk on Saturday'],
        ] as const) {
            await mira.open(conversation);
            await mira.chat.jumpToNewest();
            await until(`nothing unread in ${title}`, async () => (await mira.list.unread(title)) === '');
        }

        const fresh = await inside(browser, server.url, 'amelie');
        const stranger = await Profile.open(browser, server.url, 'stranger', {});
        const login = new App(stranger, await stranger.newPage());
        let count = 0;
        const shoot = async (app: App, view: string) => {
            for (const viewport of sizes) {
                for (const colorScheme of ['light', 'dark'] as const) {
                    await app.page.setViewportSize(viewport);
                    await app.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
                    await app.page.evaluate(
                        () =>
                            new Promise((done) =>
                                requestAnimationFrame(() => {
                                    setTimeout(done, 80);
                                }),
                            ),
                    );
                    const path = join(folder, `${view}-${colorScheme}-${viewport.width}.png`);
                    await app.page.screenshot({ path });
                    count++;
                }
            }
        };
        await shoot(login, 'login');
        await shoot(fresh, 'empty');
        for (const [view, visit] of visits(story, network)) {
            await visit(mira);
            await mira.page.waitForLoadState('networkidle').catch(() => undefined);
            await shoot(mira, view);
        }

        console.log(`${count} pictures in ${folder}`);
    } finally {
        network.close();
        await browser.close();
        await server.dispose();
    }
}

await main();
