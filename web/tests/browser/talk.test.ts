import { expect } from 'vitest';
import { App } from '../harness/app.js';
import { newName } from '../harness/people.js';
import { scene } from '../harness/stage.js';
import { clock, until } from '../harness/wait.js';

scene('two people sign up, find each other and chat; ticks tell how far each message is', async (stage) => {
    const names = { alice: newName('alice'), bob: newName('bob') };
    const ofAlice = await stage.profile('alice');
    const alice = new App(ofAlice, await ofAlice.newPage());
    await alice.signUp(names.alice);
    const ofBob = await stage.profile('bob');
    const bob = new App(ofBob, await ofBob.newPage());
    await bob.signUp(names.bob);

    await alice.writeTo(names.bob);
    await alice.chat.send('Good morning, Bob');
    await bob.acceptRequest(names.alice);
    await bob.chat.shows('Good morning, Bob');
    await bob.chat.send('Good morning, Alice');
    await alice.chat.shows('Good morning, Alice');
    await bob.chat.tick('Good morning, Alice', /^Read/);
    await alice.chat.send('Coffee?');
    await alice.chat.tick('Coffee?', /^Read/);
    await alice.chat.tick('Good morning, Bob', /^Read/);

    // On another page nothing is read, and yet it is there.
    await bob.go('/settings');
    await alice.chat.send('Are you there?');
    await alice.chat.tick('Are you there?', /^Delivered/);
    await bob.go('/');
    await until('one unread message in the list', async () => /1/.test(await bob.list.unread(names.alice)));
    await bob.list.open(names.alice);
    await alice.chat.tick('Are you there?', /^Read/);
});

scene('without a connection of the receiver a message is sent, not delivered', async (stage) => {
    const [alice, bob] = await stage.people('alice', 'bob');
    await alice.befriend(bob);
    const conversation = await alice.direct(bob);
    const app = await stage.loggedIn(alice);
    await app.writeTo(bob.name);
    await app.chat.write('for later');
    await app.chat.tick('for later', /^Sent/);
    const other = await stage.loggedIn(bob);
    await app.chat.tick('for later', /^Delivered/);
    await other.open(conversation);
    await app.chat.tick('for later', /^Read/);
});

scene('a group of three: lines about members, messages of all, who has read', async (stage) => {
    const [alice, bob, carol] = await stage.people('alice', 'bob', 'carol');
    await alice.befriend(bob, carol);
    const apps = [await stage.loggedIn(alice), await stage.loggedIn(bob), await stage.loggedIn(carol)] as const;
    await apps[0].newGroup('Hiking club', [bob.name, carol.name]);
    await apps[0].chat.showsLine(/created the group/);
    await apps[0].chat.write('Saturday at nine?');
    for (const app of [apps[1], apps[2]]) {
        await app.list.open('Hiking club');
        await app.chat.shows('Saturday at nine?');
        await app.chat.showsLine(new RegExp(`${alice.name} created the group`));
    }

    await apps[0].chat.tick('Saturday at nine?', /^Read/);
    await apps[1].chat.send('I am in');
    await apps[2].chat.send('Me too');
    for (const app of apps) {
        await app.chat.shows('I am in');
        await app.chat.shows('Me too');
    }

    const group = await apps[0].currentConversation();
    await alice.call('PUT', `/v1/conversations/${group}/title`, { title: 'Hill club' });
    await alice.call('PUT', `/v1/conversations/${group}/members/${bob.id}/role`, { role: 'admin' });
    await alice.call('DELETE', `/v1/conversations/${group}/members/${carol.id}`);
    for (const app of [apps[0], apps[1]]) {
        await app.chat.showsLine('named the group “Hill club”');
        await app.chat.showsLine(/made .* an admin/);
        await app.chat.showsLine(/removed .*carol/);
    }
});

scene('typing and presence are seen in the other browser within two seconds', async (stage) => {
    const [alice, bob] = await stage.people('alice', 'bob');
    await alice.befriend(bob);
    await alice.write(bob, 'hello');
    const conversation = await alice.direct(bob);
    const seer = await stage.loggedIn(alice);
    await seer.open(conversation);
    await seer.chat.shows('hello');
    const typist = await stage.loggedIn(bob);
    await typist.open(conversation);
    await seer.chat.peerIs('online', 10_000);

    let start = clock();
    await typist.chat.composer.pressSequentially('Hm');
    await seer.chat.someoneTypes(bob.name, 2000);
    const typing = clock() - start;
    await typist.chat.composer.fill('');
    await seer.chat.nobodyTypes();

    start = clock();
    await typist.page.close();
    await seer.chat.peerIs('away', 2000);
    const away = clock() - start;

    start = clock();
    const page = await typist.profile.newPage();
    await seer.chat.peerIs('online', 10_000);
    const online = clock() - start;
    await page.close();
    console.log(
        `typing seen after ${typing.toFixed(0)} ms, gone offline after ${away.toFixed(0)} ms,`,
        `online ${online.toFixed(0)} ms after the page was asked for`,
    );
    expect(Math.max(typing, away)).toBeLessThan(2000);
});

scene('a reload keeps history, place and drafts', async (stage) => {
    const [alice, bob] = await stage.people('alice', 'bob');
    await alice.befriend(bob);
    const conversation = await alice.direct(bob);
    for (let n = 1; n <= 60; n++) {
        await (n % 3 === 0 ? bob : alice).send(conversation, `line ${n}`, n % 3 === 0 ? alice : bob);
    }

    const app = await stage.loggedIn(alice);
    await app.open(conversation);
    await app.chat.jumpToNewest();
    await app.chat.shows('line 60');
    await app.chat.composer.fill('half a thou');
    await app.page.reload();
    await app.chat.shows('line 60');
    await until('the draft', async () => (await app.chat.composer.inputValue()) === 'half a thou');
    const expected = Array.from({ length: 60 }, (_, n) => `line ${n + 1}`);
    expect(await app.chat.all()).toEqual(expected);

    // Beside the details there is less room: whoever was at the end stays there.
    await app.page.setViewportSize({ width: 1280, height: 760 });
    const long = (n: number): string =>
        `long ${n}: ${'words that need more lines where there is less room '.repeat(4)}end`;
    for (let n = 1; n <= 8; n++) {
        await bob.send(conversation, long(n));
    }

    // All have come, and the end is in sight, before the room becomes less.
    await app.chat.jumpToNewest();
    await app.chat.shows(long(8));
    await app.chat.jumpToNewest();
    await app.openDetails(conversation);
    await app.page.getByRole('heading', { name: 'Details' }).waitFor();
    await until('the newest message in sight beside the details', () =>
        app.chat.log.evaluate((log) => {
            const last = [...log.querySelectorAll('article')].find((a) => a.textContent.includes('long 8'));
            return last !== undefined && last.getBoundingClientRect().bottom <= log.getBoundingClientRect().bottom;
        }),
    );
    await app.open(conversation);

    await app.chat.write('half a thought');
    await app.chat.tick('half a thought', /^(Sent|Delivered|Read)/);
    await app.page.reload();
    await app.chat.shows('half a thought');
    expect(await app.chat.composer.inputValue()).toBe('');
});
