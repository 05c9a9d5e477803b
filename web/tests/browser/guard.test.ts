import { expect } from 'vitest';
import { scene } from '../harness/stage.js';
import { until } from '../harness/wait.js';

// The other tests rest on this: what a page does wrong is seen.
scene('an error on the console, one that nobody caught, and a breach of the policy are problems', async (stage) => {
    const watched = await stage.profile('watched');
    const page = await watched.newPage('/healthz/live');
    await page.evaluate(() => {
        console.error('said aloud');
    });
    await page.evaluate(() => {
        setTimeout(() => {
            throw new Error('nobody caught this');
        });
    });
    await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'globalThis.broken = true';
        document.head.append(script);
    });
    for (const what of [/said aloud/, /nobody caught this/, /policy violated: script-src/]) {
        await until(`a problem like ${what}`, () => watched.problems.some((p) => what.test(p)), {
            within: 5000,
            seen: () => Promise.resolve(watched.problems),
        });
    }

    expect(() => {
        stage.checkQuiet();
    }).toThrow('said aloud');
    watched.problems.length = 0;
});

scene('the certificate is trusted by its key', async (stage) => {
    const page = await (await stage.profile('trusting')).newPage('/healthz/live');
    expect(await page.evaluate(() => isSecureContext)).toBe(true);
});
