import { expect } from 'vitest';
import { App } from '../harness/app.js';
import { answered } from '../harness/profile.js';
import { scene } from '../harness/stage.js';
import { until } from '../harness/wait.js';

scene('two tabs of a profile share one connection, and the other goes on when its tab is closed', async (stage) => {
    const [alice, bob] = await stage.people('alice', 'bob');
    await alice.befriend(bob);
    const conversation = await alice.direct(bob);
    const first = await stage.loggedIn(alice);
    await bob.send(conversation, 'hello', alice);
    await first.open(conversation);
    const second = new App(first.profile, await first.profile.newPage(`/#/c/${conversation}`));
    await second.inside();
    await first.chat.send('from the first tab');
    await second.chat.shows('from the first tab');
    await second.chat.send('from the second tab');
    await first.chat.shows('from the second tab');
    expect(first.profile.openSockets()).toBe(1);

    await alice.call('GET', '/v1/me/devices');
    const leader = first.profile.openSockets(first.page) === 1 ? first : second;
    const other = leader === first ? second : first;
    await leader.page.close();
    await until('a connection of the tab that is left', () => first.profile.openSockets(other.page) === 1);
    await bob.send(conversation, 'still there?', alice);
    await other.chat.shows('still there?');
    await other.chat.send('yes');
    expect(first.profile.openSockets()).toBe(1);
    const stored = (await alice.entries(conversation)).map((e) => e.text);
    expect(stored).toEqual(['hello', 'from the first tab', 'from the second tab', 'still there?', 'yes']);
    expect(await other.chat.all()).toEqual(stored);
});

scene('a conversation in which nobody wrote yet opens by its address in another browser', async (stage) => {
    const [alice, bob, carol] = await stage.people('alice', 'bob', 'carol');
    const first = await stage.loggedIn(alice);
    await first.writeTo(bob.name);
    const { hash } = new URL(first.page.url());
    const second = await stage.loggedIn(alice);
    await second.go(hash.substring(1));
    await second.page.getByRole('heading', { level: 1, name: bob.name }).waitFor();
    await second.chat.send('first words');
    await first.chat.shows('first words');

    // An address that names somebody else opens nothing.
    await second.go(`/c/${await alice.direct(carol)}/with/${bob.name}`);
    await second.page.getByText('Conversation not found').waitFor();
});

/** All that the databases of this browser hold. */
const kept = (app: App): Promise<string> =>
    app.page.evaluate(async () => {
        const rows: unknown[] = [];
        const asked = <T>(request: IDBRequest<T>) =>
            new Promise<T>((done, failed) => {
                request.onsuccess = () => done(request.result);
                request.onerror = () => failed(request.error ?? new Error('not read'));
            });
        for (const { name } of await indexedDB.databases()) {
            const database = await asked(indexedDB.open(name ?? ''));
            for (const store of database.objectStoreNames) {
                rows.push(await asked(database.transaction(store).objectStore(store).getAll()));
            }

            database.close();
        }

        return JSON.stringify(rows);
    });

scene('what is read, muted and logged out in one tab is so in the other', async (stage) => {
    const [alice, bob] = await stage.people('alice', 'bob');
    await alice.befriend(bob);
    await bob.write(alice, 'news');
    const conversation = await alice.direct(bob);
    const first = await stage.loggedIn(alice);
    const second = new App(first.profile, await first.profile.newPage());
    await second.inside();
    await until('one unread message', async () => /1/.test(await second.list.unread(bob.name)));
    await first.open(conversation);
    await first.chat.shows('news');
    expect(await kept(first)).toContain('news');
    await until('nothing unread in the other tab', async () => (await second.list.unread(bob.name)) === '');

    // The other tab may ask once more before it hears of it.
    first.profile.allow(answered(401));
    await first.logOut();
    await second.page.getByLabel('Username').waitFor();
    expect(first.profile.openSockets()).toBe(0);
    await until('nothing that was written in the browser', async () => !(await kept(first)).includes('news'));
});
