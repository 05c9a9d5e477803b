import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { App } from '../harness/app.js';
import { lostControls, violations } from '../harness/axe.js';
import { brokenConnections } from '../harness/profile.js';
import { scene, type Stage } from '../harness/stage.js';
import { type Cast, seed, views } from '../harness/views.js';

async function cast(stage: Stage): Promise<Cast> {
    const [me, friend, other, stranger, asking, blocked] = await stage.people(
        'mona',
        'finn',
        'omar',
        'stella',
        'asta',
        'bert',
    );
    return seed({ me, friend, other, stranger, asking, blocked });
}

/** What just appeared has its colours once it was painted. */
const painted = (page: Page) =>
    page.evaluate(
        () =>
            new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)))),
    );

/** Looks at what is on screen. */
async function look(app: App, name: string, faults: string[]): Promise<void> {
    await painted(app.page);
    const found = await violations(app.page);
    expect(found.passes, `rules that looked at ${name}`).toBeGreaterThan(5);
    faults.push(...found.faults.map((f) => `${name}: ${f}`));
}

for (const colorScheme of ['light', 'dark'] as const) {
    scene(
        `no view has a fault that axe knows, ${colorScheme}`,
        async (stage) => {
            const server = await stage.ownServer();
            const all = await cast(stage);
            const profile = await stage.profile('axe', { colorScheme });
            profile.allow(brokenConnections);
            const app = new App(profile, await profile.newPage());
            const faults: string[] = [];
            await app.page.getByLabel('Username').waitFor();
            await look(app, 'login', faults);
            await app.button('Log in').click();
            await app.says('Enter your username.');
            await look(app, 'login with a fault', faults);
            await app.button('New here? Create an account').click();
            await look(app, 'sign up', faults);
            await app.button('Have an account? Log in').click();
            await app.logIn(all.me.name);
            for (const view of views(all)) {
                await view.go(app);
                await look(app, view.name, faults);
            }

            await app.go('/');
            await app.page.keyboard.press('?');
            await app.dialog('Keyboard shortcuts').waitFor();
            await look(app, 'shortcuts', faults);
            await app.page.keyboard.press('Escape');
            await app.page.getByRole('button', { name: /^Menu of/ }).click();
            await app.page.getByRole('menu').first().waitFor();
            await look(app, 'menu', faults);
            await app.page.keyboard.press('Escape');

            await app.open(all.direct);
            await server.kill();
            await app.offlineShown();
            await app.chat.write('waits');
            await look(app, 'offline', faults);
            expect(faults).toEqual([]);
        },
        120_000,
    );

    scene(`the first look of a new user has no fault that axe knows, ${colorScheme}`, async (stage) => {
        const app = await stage.loggedIn(await stage.person('newcomer'), { colorScheme });
        const faults: string[] = [];
        await app.says('No conversations yet');
        await look(app, 'no conversations', faults);
        expect(faults).toEqual([]);
    });
}

for (const [name, options] of [
    ['320 px wide, and with two parts side by side in 820 px', { viewport: { width: 320, height: 640 } }],
    ['at 200 % of a window of 1,280 px', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
] as const) {
    scene(
        `${name}: nothing scrolls sideways and no control is lost`,
        async (stage) => {
            const all = await cast(stage);
            const profile = await stage.profile('narrow', options);
            const app = new App(profile, await profile.newPage());
            const faults: string[] = [];
            const look = async (what: string) => {
                faults.push(...(await lostControls(app.page)).map((f) => `${what}: ${f}`));
            };
            await app.page.getByLabel('Username').waitFor();
            await look('login');
            await app.logIn(all.me.name);
            for (const view of views(all)) {
                await view.go(app);
                await look(view.name);
                if (options.viewport.width === 320) {
                    await app.page.setViewportSize({ width: 820, height: 640 });
                    await look(`${view.name} in 820 px`);
                    await app.page.setViewportSize(options.viewport);
                }
            }

            expect(faults).toEqual([]);
            await app.open(all.direct);
            await app.chat.send('from a small screen');
        },
        90_000,
    );
}
