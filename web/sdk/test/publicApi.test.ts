import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { publicApi } from './publicApi.js';

/** After an intended change run this test with `-u` and commit the file: its difference is what users will notice. */
test('the public API is the one that was agreed on', { timeout: 30_000 }, async () => {
    const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
        exports: Record<string, { types: string }>;
    };
    const entries = Object.entries(exports).map(([name, { types }]) => [name, types.slice('./dist/'.length)]);
    const report = publicApi(Object.fromEntries(entries) as Record<string, string>);
    await expect(report).toMatchFileSnapshot('../publicApi.txt');
});
