import { expect } from 'vitest';
import { App } from '../harness/app.js';
import { newName, password } from '../harness/people.js';
import { scene } from '../harness/stage.js';
import { until } from '../harness/wait.js';

/** What has the focus: its role or element, and its name. */
const focused = (app: App): Promise<string> =>
    app.page.evaluate(() => {
        const at = document.activeElement;
        if (!(at instanceof HTMLElement) || at === document.body) {
            return '';
        }

        const labels = at instanceof HTMLInputElement ? [...(at.labels ?? [])].map((l) => l.textContent) : [];
        const name = at.getAttribute('aria-label') ?? (labels.length > 0 ? labels.join(' ') : at.textContent);
        return `${at.getAttribute('role') ?? at.localName}: ${name.replaceAll(/\s+/g, ' ').trim()}`;
    });

/** Tab until the focus is at something of this name; it must be seen to be there. */
async function tabTo(app: App, name: RegExp, key = 'Tab'): Promise<void> {
    const seen: string[] = [];
    for (let step = 0; step < 60; step++) {
        const at = await focused(app);
        if (name.test(at)) {
            const ring = await app.page.evaluate(() => {
                const style = getComputedStyle(document.activeElement ?? document.body);
                return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
            });
            expect(ring, `the focus can be seen at ${at}`).toBe(true);
            return;
        }

        seen.push(at);
        await app.page.keyboard.press(key);
    }

    throw new Error(`${key} does not lead to ${name}; it leads to ${[...new Set(seen)].join(' | ')}`);
}

scene('the main path without a mouse: sign up, find, write, read, details, close, log out', async (stage) => {
    const bob = await stage.person('bob');
    const name = newName('keys');
    const profile = await stage.profile('keys');
    const app = new App(profile, await profile.newPage());
    const keys = app.page.keyboard;
    await app.page.getByLabel('Username').waitFor();
    await tabTo(app, /New here\?/);
    await keys.press('Enter');
    await tabTo(app, /Username/);
    await keys.type(name);
    await tabTo(app, /^input: Password/);
    await keys.type(password);
    await keys.press('Enter');
    await app.inside();

    await tabTo(app, /New message/);
    await keys.press('Enter');
    await app.people();
    await tabTo(app, /Username/);
    await keys.type(bob.name);
    await keys.press('Enter');
    await app.button('Write a message').waitFor();
    await tabTo(app, /Write a message/);
    await keys.press('Enter');
    await app.chat.log.waitFor();
    await tabTo(app, /Message to/);
    await keys.type('written by keys alone');
    await keys.press('Enter');
    await app.chat.tick('written by keys alone', /^Sent/);
    // Whoever has sent goes on writing.
    expect(await focused(app)).toMatch(/Message to/);
    await keys.type('and one more');
    await keys.press('Shift+Enter');
    await keys.type('of two lines');
    await keys.press('Enter');
    await app.chat.tick('and one more\nof two lines', /^Sent/);

    await tabTo(app, /Details/, 'Shift+Tab');
    await keys.press('Enter');
    await until('the details', () => app.page.url().endsWith('/details'));
    await keys.press('Escape');
    await until('the conversation again', () => !app.page.url().endsWith('/details'));
    await app.page.getByRole('region', { name: 'Details' }).waitFor({ state: 'detached' });
    await keys.press('Escape');
    await until('the list again', () => app.page.url().endsWith('#/'));

    await tabTo(app, new RegExp(`^a: .*${bob.name}`));
    await keys.press('Enter');
    await app.chat.shows('written by keys alone');
    await keys.press('Control+k');
    await until('the search', async () => /Search conversations/.test(await focused(app)));
    await tabTo(app, /Menu of/, 'Shift+Tab');
    await keys.press('Enter');
    await app.page.getByRole('menuitem', { name: 'Log out' }).waitFor();
    await until('the focus in the menu', async () => /menuitem/.test(await focused(app)));
    for (let step = 0; step < 8 && !/Log out/.test(await focused(app)); step++) {
        await keys.press('ArrowDown');
    }

    await keys.press('Enter');
    await app.page.getByLabel('Username').waitFor();
});
