import { expect } from 'vitest';
import { App } from '../harness/app.js';
import { newCid, type Person } from '../harness/people.js';
import { scene } from '../harness/stage.js';
import { until } from '../harness/wait.js';

/** How far somebody has read, by the server. */
async function readOf(person: Person, conversation: string): Promise<number> {
    const { items } = await person.call<{ items: { id: string; read?: number }[] }>('GET', '/v1/conversations');
    return items.find(({ id }) => id === conversation)?.read ?? 0;
}

/** The numbers of the messages in sight, from the top down. */
function inSight(app: App): Promise<number[]> {
    return app.chat.log.evaluate((log) => {
        const { top, bottom } = log.getBoundingClientRect();
        return [...log.querySelectorAll('article')]
            .map((article) => ({ at: article.getBoundingClientRect(), text: article.textContent }))
            .filter(({ at }) => at.bottom > top && at.top < bottom)
            .map(({ text }) => Number(/line (\d+)/.exec(text)?.[1] ?? 0))
            .sort((one, other) => one - other);
    });
}

scene(
    'a conversation opens at what is unread, and only what was on screen is read',
    async (stage) => {
        const [alice, bob] = await stage.people('alice', 'bob');
        await alice.befriend(bob);
        const conversation = await alice.direct(bob);
        const total = 260;
        for (let n = 1; n <= total; n++) {
            await bob.write(alice, `line ${n}`);
            if (n === 20) {
                const key = { 'Idempotency-Key': newCid() };
                await alice.call(
                    'POST',
                    `/v1/conversations/${conversation}/messages`,
                    { text: 'so far', seen: n },
                    key,
                );
            }
        }
        const app = await stage.loggedIn(alice);
        await app.open(conversation);
        const separator = app.chat.log.getByRole('separator', { name: 'New messages' });
        await separator.waitFor();
        expect(await inSight(app)).toContain(21);
        const read = await readOf(alice, conversation);
        expect(read).toBeLessThan(60);

        // To the end, and back to where one was.
        await app.chat.jumpToNewest();
        await app.chat.shows(`line ${total}`);
        await until('a mark at the end', async () => (await readOf(alice, conversation)) === total + 1);
        await app.button('Jump to first unread').click();
        await until(
            'the first that was not on screen',
            async () => (await inSight(app)).some((n) => n > 20 && n < 80),
            {
                seen: () => inSight(app),
            },
        );
        await separator.waitFor();
    },
    90_000,
);

scene('invites, contact requests and message requests are seen without looking for them', async (stage) => {
    const [nora, otto, mia, kai, lea] = await stage.people('nora', 'otto', 'mia', 'kai', 'lea');
    await lea.call('PUT', `/v1/contacts/${nora.id}`);
    const app = await stage.loggedIn(nora);
    // What was there at the login is shown, and told of by nothing else.
    await app.list.list.getByRole('link', { name: '1 contact request' }).waitFor();
    const group = await otto.group('Hiking club', nora);
    await mia.call('PUT', `/v1/contacts/${nora.id}`);
    await app.list.list.getByRole('link', { name: '1 group invite, 2 contact requests' }).waitFor();
    await app.says(`${mia.name} sent you a contact request.`);
    await until('the number in the title', async () => (await app.page.title()).startsWith('(3)'));

    await kai.write(nora, 'hello');
    await app.button('Message requests (1)', app.list.list).waitFor();
    expect(await app.list.row(kai.name).count()).toBe(0);
    await app.list.unfoldRequests();
    await app.list.row(kai.name).waitFor();

    // The address of the group shows the invite, and then the group.
    await app.go(`/c/${group}`);
    await app.says(/invited to .Hiking club/);
    await app.button('Join').click();
    await app.chat.log.waitFor();
    await app.list.list.getByRole('link', { name: '2 contact requests' }).waitFor();
});

scene('each tab keeps its drafts, and what was sent stays gone in all of them', async (stage) => {
    const [alice, bob, carol] = await stage.people('alice', 'bob', 'carol');
    await alice.befriend(bob, carol);
    await bob.write(alice, 'hello');
    await carol.write(alice, 'hello');
    const one = await stage.loggedIn(alice);
    const ofBob = await alice.direct(bob);
    const ofCarol = await alice.direct(carol);
    await one.open(ofBob);
    const another = async () => new App(one.profile, await one.profile.newPage());
    const two = await another();
    await two.open(ofCarol);
    await one.chat.composer.fill('a letter to bob');
    await two.chat.composer.fill('a letter to carol');
    const three = await another();
    await three.open(ofBob);
    await until('the draft in a third tab', async () => (await three.chat.composer.inputValue()) === 'a letter to bob');
    await three.open(ofCarol);
    await until('the other draft', async () => (await three.chat.composer.inputValue()) === 'a letter to carol');
    await three.chat.composer.press('Enter');
    await until('an empty field in the second tab', async () => (await two.chat.composer.inputValue()) === '');
    await one.page.reload();
    await one.chat.composer.waitFor();
    expect(await one.chat.composer.inputValue()).toBe('a letter to bob');
});

scene('a browser that may store nothing is chatted with all the same, and says so', async (stage) => {
    const [alice, bob] = await stage.people('alice', 'bob');
    await alice.befriend(bob);
    await bob.write(alice, 'hello');
    const profile = await stage.profile(alice.name);
    await profile.context.addInitScript(() => {
        IDBFactory.prototype.open = () => {
            throw new DOMException('denied', 'SecurityError');
        };
    });
    const app = new App(profile, await profile.newPage());
    await app.logIn(alice.name);
    await app.says(/does not let this page store anything/);
    await app.list.open(bob.name);
    await app.chat.send('hello from memory');
});
