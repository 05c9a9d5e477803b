import { expect } from 'vitest';
import { App } from '../harness/app.js';
import { clickNote, notes, recordNotes, showsNotes } from '../harness/notes.js';
import { answered } from '../harness/profile.js';
import { scene, type Stage } from '../harness/stage.js';
import { until } from '../harness/wait.js';

/** Alice with two tabs in a browser that may notify her; Bob and Carol write to her. */
async function twoTabs(stage: Stage) {
    const [alice, bob, carol] = await stage.people('alice', 'bob', 'carol');
    await alice.befriend(bob, carol);
    await bob.write(alice, 'an old message');
    await carol.write(alice, 'an old one, too');
    const conversation = await alice.direct(bob);
    const browser = await stage.trueBrowser(alice.name);
    const first = new App(browser.profile, await browser.profile.newPage());
    await first.logIn(alice.name);
    await first.open(conversation);
    const second = new App(browser.profile, await browser.profile.newPage());
    await second.inside();
    await second.page.evaluate(() => navigator.serviceWorker.ready);
    return { alice, bob, carol, conversation, browser, first, second };
}

const titleIs = (app: App, title: string) =>
    until(`the title "${title}"`, async () => (await app.page.title()) === title, { seen: () => app.page.title() });

scene(
    'what nobody sees makes one notification over all tabs; what is muted, seen or read makes none',
    async (stage) => {
        const { alice, bob, carol, conversation, browser, first, second } = await twoTabs(stage);
        // Another conversation is muted.
        await alice.call('PATCH', `/v1/conversations/${await alice.direct(carol)}`, {
            muted_until: Date.now() + 3_600_000,
        });
        await until('a muted conversation', async () => /muted/.test(await second.list.row(carol.name).innerText()));

        const all = await recordNotes(browser.profile);
        // While it is on screen, and while another tab is.
        await browser.lookAt(first.page);
        await bob.send(conversation, 'seen at once');
        await first.chat.shows('seen at once');
        await browser.lookAt(second.page);
        await bob.send(conversation, 'seen in the list');
        await titleIs(second, '(1) Connect');
        expect(await notes(second.page)).toEqual([]);

        await browser.lookAway();
        await carol.write(alice, 'muted words');
        await bob.send(conversation, 'seen by nobody');
        await showsNotes(second.page, [{ title: bob.name, body: 'seen by nobody' }]);
        await bob.send(conversation, 'and again');
        await showsNotes(second.page, [{ title: bob.name, body: 'and again' }]);
        // The muted one had come by then, and does not count.
        await until('two unread messages', async () => /2/.test(await second.list.unread(carol.name)));
        await titleIs(second, '(3) Connect');

        // A click leads there, in one of the tabs.
        await second.go('/settings');
        await clickNote(browser.profile);
        await until('a tab at the conversation', () =>
            [first, second].every(({ page }) => page.url().endsWith(`/c/${conversation}`)),
        );
        await showsNotes(second.page, []);

        // Read on another device: the notification is no news any more.
        await bob.send(conversation, 'read elsewhere');
        await showsNotes(second.page, [{ title: bob.name, body: 'read elsewhere' }]);
        const phone = await stage.loggedIn(alice);
        await phone.open(conversation);
        await phone.chat.shows('read elsewhere');
        await showsNotes(second.page, []);
        await titleIs(second, 'Connect');
        // Each once, whichever tabs asked for it, and nothing else.
        expect(await all()).toEqual(
            ['seen by nobody', 'and again', 'read elsewhere'].map((text) => `${bob.name}: ${text}`),
        );
    },
);

scene(
    'a notification says nothing of names and texts when that is chosen, and none outlives the login',
    async (stage) => {
        const { alice, bob, carol, conversation, browser, first, second } = await twoTabs(stage);
        await second.go('/settings/notifications');
        // Chosen in one tab, it holds in all.
        await second.page.getByRole('switch', { name: 'Show names and texts' }).click();
        await browser.lookAway();
        await bob.send(conversation, 'a secret');
        await carol.write(alice, 'another secret');
        const silent = { title: 'Connect', body: 'A new message' };
        await showsNotes(first.page, [silent, silent]);

        await browser.lookAt(second.page);
        // The other tab may ask once more before it hears of it.
        browser.profile.allow(answered(401));
        await second.go('/');
        await second.logOut();
        await first.page.getByLabel('Username').waitFor();
        await showsNotes(second.page, []);
        await browser.lookAway();
        await bob.send(conversation, 'after the logout');
        await titleIs(first, 'Connect');
        expect(await notes(first.page)).toEqual([]);
    },
);
