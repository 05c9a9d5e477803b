import { expect } from 'vitest';
import { measureClicks, measurePaints } from '../harness/latency.js';
import { ms, percentile } from '../harness/figures.js';
import { scene } from '../harness/stage.js';
import { until } from '../harness/wait.js';

const count = 1000;
const aSecond = 25;
/** The mission's number. */
const limit = 500;

scene(
    '1,000 messages, each from the click to the painted row in the other browser',
    async (stage) => {
        const [alice, bob] = await stage.people('alice', 'bob');
        await alice.befriend(bob);
        const conversation = await alice.direct(bob);
        const writer = await stage.loggedIn(alice);
        await writer.writeTo(bob.name);
        const reader = await stage.loggedIn(bob);
        await reader.writeTo(alice.name);
        await writer.chat.send('before the first');
        await reader.chat.shows('before the first');

        await measurePaints(reader.page, 'm-');
        const clicks = await measureClicks(writer.page, 'm-', count, aSecond);
        const paints = await until(
            'a painted row of each message',
            async () => {
                const seen = await reader.page.evaluate(() => globalThis.painted);
                return Object.keys(seen).length === count ? seen : undefined;
            },
            { within: 30_000, every: 250 },
        );

        const took = Object.entries(clicks).map(([text, at]) => (paints[text] ?? Number.NaN) - at);
        expect(took).toHaveLength(count);
        expect(took.every((t) => t > 0)).toBe(true);
        const [p50, p99, most] = [percentile(took, 0.5), percentile(took, 0.99), Math.max(...took)];
        console.log(
            `from click to painted row, ${count} messages at ${aSecond} a second:`,
            `P50 ${ms(p50)}, P99 ${ms(p99)}, at most ${ms(most)}`,
        );
        const stored = (await alice.entries(conversation)).filter((e) => e.text?.startsWith('m-') === true);
        expect(stored.map((e) => e.text)).toEqual(Object.keys(clicks));
        expect(p99).toBeLessThan(limit);
    },
    150_000,
);
