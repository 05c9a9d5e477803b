import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

/**
 * Bytes of gzip of all that an entry point exports and needs, minified, with nothing left out: what somebody gets who uses all of
 * it. The first one, the whole chat in JSON, is to stay below 15 kB.
 */
const LIMITS: Record<string, number> = {
    '.': 17_200,
    './full': 19_600,
    './accounts': 3_400,
    './idb': 1_450,
    './tabs': 4_600,
    // Without the runtime of Protobuf, which is the application's own.
    './protobuf': 4_800,
};

const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    exports: object;
};

test.for(Object.keys(exports))('%s is no larger than its limit', async (entry) => {
    const name = entry === '.' ? 'index' : entry.slice(2);
    const { outputFiles } = await build({
        entryPoints: [new URL(`../src/${name}.ts`, import.meta.url).pathname],
        bundle: true,
        minify: true,
        format: 'esm',
        target: 'es2022',
        external: ['@bufbuild/*'],
        write: false,
    });
    const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
    const limit = LIMITS[entry] ?? 0;
    console.log(`@connect-chat/sdk${entry.slice(1)}: ${bytes} bytes of gzip (limit ${limit})`);
    expect(bytes).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThanOrEqual(limit);
});
