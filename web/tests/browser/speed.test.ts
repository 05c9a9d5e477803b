import { expect } from 'vitest';
import type { App } from '../harness/app.js';
import { ms, percentile } from '../harness/figures.js';
import { measureClicks, measurePaints } from '../harness/latency.js';
import { scene } from '../harness/stage.js';
import { until } from '../harness/wait.js';

const count = 1000;
const aSecond = 25;
/** The mission's number. */
const limit = 500;

/** What each message took, in the order of sending. */
async function series(writer: App, reader: App, prefix: string): Promise<{ took: number[]; texts: string[] }> {
    await measurePaints(reader.page, prefix);
    const clicks = await measureClicks(writer.page, prefix, count, aSecond);
    const texts = Object.keys(clicks);
    const seen = () => reader.page.evaluate(() => globalThis.painted);
    const paints = await until(
        'a painted row of the last message',
        async () => {
            const all = await seen();
            return all[texts.at(-1) ?? ''] === undefined ? undefined : all;
        },
        { within: 30_000, every: 250, seen: async () => Object.keys(await seen()).slice(-3) },
    );
    // Where many come at once, those above the window are never drawn: such a one is there when a later one is.
    let next = Number.POSITIVE_INFINITY;
    const took = texts.toReversed().map((text) => {
        next = Math.min(next, paints[text] ?? next);
        return next - (clicks[text] ?? Number.NaN);
    });
    const drawn = Object.keys(paints).length;
    console.log(
        `from click to painted row, ${count} messages at ${aSecond} a second, ${drawn} of them drawn:`,
        `P50 ${ms(percentile(took, 0.5))}, P99 ${ms(percentile(took, 0.99))}, at most ${ms(Math.max(...took))}`,
    );
    expect(drawn).toBeGreaterThan(0.9 * count);
    expect(took.every((t) => t > 0 && Number.isFinite(t))).toBe(true);
    return { took, texts };
}

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

        const { took, texts } = await series(writer, reader, 'm-');
        const stored = (await alice.entries(conversation)).map((e) => e.text).slice(1);
        expect(stored).toEqual(texts);
        expect(percentile(took, 0.99)).toBeLessThan(limit);
    },
    150_000,
);
