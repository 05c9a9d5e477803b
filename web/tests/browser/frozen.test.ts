import { expect } from 'vitest';
import { App } from '../harness/app.js';
import { scene } from '../harness/stage.js';
import { clock, delay, until } from '../harness/wait.js';

/** What a page that stands still cannot do. */
const ticks = (app: App): Promise<number> =>
    app.page.evaluate(() => {
        const here = globalThis as { ticks?: number };
        if (here.ticks === undefined) {
            here.ticks = 0;
            setInterval(() => {
                here.ticks = (here.ticks ?? 0) + 1;
            }, 100);
        }

        return here.ticks;
    });

scene(
    'a tab takes over from the one that leads and is frozen; when that one thaws nothing is lost or doubled',
    async (stage) => {
        const [alice, bob] = await stage.people('alice', 'bob');
        await alice.befriend(bob);
        const conversation = await alice.direct(bob);
        await bob.send(conversation, 'hello', alice);
        const browser = await stage.trueBrowser(alice.name);
        const first = new App(browser.profile, await browser.profile.newPage());
        await first.logIn(alice.name);
        await first.open(conversation);
        await first.chat.send('from the first tab');
        const second = new App(browser.profile, await browser.profile.newPage(`/#/c/${conversation}`));
        await second.chat.shows('from the first tab');
        expect(browser.profile.openSockets(first.page)).toBe(1);
        const sent = ['hello', 'from the first tab'];

        const took: number[] = [];
        let [leader, other] = [first, second];
        for (let round = 1; round <= 2; round++) {
            await browser.lookAt(other.page);
            await ticks(leader);
            const { thaw } = await browser.freeze(leader.page);
            const start = clock();
            await bob.send(conversation, `to frozen ears ${round}`);
            // Written before anybody knows that the leader stands still.
            await other.chat.write(`written meanwhile ${round}`);
            await other.chat.shows(`to frozen ears ${round}`);
            took.push(clock() - start);
            await other.chat.tick(`written meanwhile ${round}`, /^(Sent|Delivered)/);
            await other.chat.send(`by the new leader ${round}`);
            await bob.send(conversation, `and back ${round}`);
            await other.chat.shows(`and back ${round}`);
            expect(browser.profile.openSockets(other.page)).toBe(1);
            const stood = await ticks(leader);
            await delay(300);
            expect(await ticks(leader), 'the frozen page stood still').toBe(stood);

            await thaw();
            await until('one connection of both tabs', () => browser.profile.openSockets() === 1);
            await browser.lookAt(leader.page);
            await leader.chat.shows(`and back ${round}`);
            await leader.chat.send(`by the one that thawed ${round}`);
            await other.chat.shows(`by the one that thawed ${round}`);
            expect(browser.profile.openSockets(other.page)).toBe(1);
            sent.push(
                ...[`to frozen ears ${round}`, `written meanwhile ${round}`, `by the new leader ${round}`],
                ...[`and back ${round}`, `by the one that thawed ${round}`],
            );
            [leader, other] = [other, leader];
        }

        console.log(
            `the leading tab frozen: the other received after ${took.map((ms) => `${ms.toFixed(0)} ms`).join(' and ')}`,
        );
        expect(Math.max(...took)).toBeLessThan(3000);
        const stored = (await alice.entries(conversation)).map((e) => e.text);
        expect([...stored].sort()).toEqual([...sent].sort());
        for (const app of [first, second]) {
            await browser.lookAt(app.page);
            expect(await app.chat.all()).toEqual(stored);
        }

        // Nor is there anything else in what they keep: a page that begins anew shows the same.
        await browser.lookAt(first.page);
        await first.page.reload();
        await first.chat.shows(stored.at(-1) ?? '');
        expect(await first.chat.all()).toEqual(stored);
    },
    90_000,
);
