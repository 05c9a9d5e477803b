import { expect } from 'vitest';
import { App } from '../harness/app.js';
import { kB, median, ms } from '../harness/figures.js';
import { countTransfers, WorkMeter } from '../harness/meters.js';
import { newCid } from '../harness/people.js';
import { scene } from '../harness/stage.js';
import { until } from '../harness/wait.js';

const limits = {
    /** Bytes over the wire until the login can be used. */
    scripts: 90_000,
    styles: 12_000,
    /** Milliseconds of the main thread. */
    startUp: 250,
    append: 8,
    /** Rows of messages in the document. */
    rows: 60,
};

scene('the first load keeps its budget', async (stage) => {
    const alice = await stage.person('alice');
    const profile = await stage.profile('first load', { serviceWorkers: 'block' });
    const page = await profile.context.newPage();
    const transfers = await countTransfers(page);
    await page.goto(`${stage.place.url}/`);
    const app = new App(profile, page);
    await app.page.getByLabel('Username').waitFor();
    await page.waitForLoadState('networkidle').catch(() => undefined);
    const sum = (type: string) => transfers.filter((t) => t.type === type).reduce((all, t) => all + t.bytes, 0);
    const [scripts, styles] = [sum('Script'), sum('Stylesheet')];
    console.log(`first load: ${kB(scripts)} of scripts, ${kB(styles)} of styles`);
    await app.logIn(alice.name);
    await page.waitForLoadState('networkidle').catch(() => undefined);
    console.log(`logged in, panels fetched ahead: ${kB(sum('Script'))} of scripts, ${kB(sum('Stylesheet'))} of styles`);
    for (const transfer of transfers.filter((t) => t.type === 'Script' || t.type === 'Stylesheet')) {
        expect(transfer.encoding, `compression of ${transfer.url}`).toMatch(/^(gzip|br)$/);
    }

    expect(scripts).toBeGreaterThan(10_000);
    expect(scripts).toBeLessThanOrEqual(limits.scripts);
    expect(styles).toBeLessThanOrEqual(limits.styles);
});

scene(
    'a start with a conversation open takes little of the processor',
    async (stage) => {
        const [alice, bob] = await stage.people('alice', 'bob');
        await alice.befriend(bob);
        const conversation = await alice.direct(bob);
        for (let n = 1; n <= 12; n++) {
            await bob.send(conversation, `message ${n}`, alice);
        }

        const app = await stage.loggedIn(alice);
        await app.open(conversation);
        await app.chat.shows('message 12');
        const runs = [];
        for (let run = 0; run < 5; run++) {
            const page = await app.profile.context.newPage();
            const meter = await WorkMeter.of(page);
            await page.goto(`${stage.place.url}/#/c/${conversation}`);
            await new App(app.profile, page).chat.shows('message 12');
            runs.push(await meter.read());
            await page.close();
        }

        const [script, task] = [median(runs.map((r) => r.script)), median(runs.map((r) => r.task))];
        console.log(`start to the painted conversation: ${ms(script)} of script, ${ms(task)} of the main thread`);
        expect(script).toBeLessThan(limits.startUp);
    },
    90_000,
);

scene(
    'with 5,000 messages few rows are in the document, and one more costs little',
    async (stage) => {
        const server = await stage.ownServer({ settings: ['--Gateway:SendRate=1000000'] });
        const [alice, bob] = await stage.people('alice', 'bob');
        await alice.befriend(bob);
        const conversation = await alice.direct(bob);
        await bob.send(conversation, 'message 1', alice);
        let next = 2;
        const sender = async () => {
            while (next <= 5000) {
                await bob.send(conversation, `message ${next++}`, alice);
            }
        };
        await Promise.all(Array.from({ length: 16 }, sender));
        const app = await stage.loggedIn(alice);
        await app.open(conversation);
        await app.chat.jumpToNewest();
        await app.chat.shows('message 5000');
        // To the first message and back: then all 5,000 are rows of the list.
        let most = 0;
        await app.chat.scrollToFirst('message 1', async () => {
            most = Math.max(most, await app.chat.mounted());
        });
        await app.chat.jumpToNewest();
        most = Math.max(most, await app.chat.mounted());
        const meter = await WorkMeter.of(app.page);
        const before = await meter.read();
        const appended = 100;
        for (let n = 1; n <= appended; n++) {
            await bob.send(conversation, `appended ${n} ${newCid()}`, alice);
        }

        await until('the last of them', async () =>
            (await app.chat.texts()).some((t) => t.startsWith('appended 100 ')),
        );
        const after = await meter.read();
        most = Math.max(most, await app.chat.mounted());
        const each = (after.task - before.task) / appended;
        const script = (after.script - before.script) / appended;
        console.log(
            `5,000 messages: at most ${most} rows in the document; each further message ${ms(each)} of the main thread,`,
            `${ms(script)} of it script`,
        );
        expect(most).toBeGreaterThan(5);
        expect(most).toBeLessThanOrEqual(limits.rows);
        expect(each).toBeLessThan(limits.append);
        expect(server.url).toBe(stage.place.url);
    },
    180_000,
);
