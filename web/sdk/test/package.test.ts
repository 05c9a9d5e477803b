import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtServer, TestServer } from './testServer.js';

const sdk = fileURLToPath(new URL('..', import.meta.url));
const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
let folder: string;
let unpacked: string;

/**
 * Bytes of gzip of all that an entry point exports and needs, as a bundler makes it of the installed package, minified and with
 * nothing left out: what somebody gets who uses all of it. The first is the whole chat in JSON.
 */
const LIMITS: Record<string, number> = {
    '.': 15_400,
    './full': 19_300,
    './accounts': 3_400,
    './codes': 600,
    './idb': 1_450,
    './tabs': 4_600,
    // Without the runtime of Protobuf, which is the application's own.
    './protobuf': 4_750,
};

const { exports } = JSON.parse(readFileSync(join(sdk, 'package.json'), 'utf8')) as {
    exports: Record<string, Record<string, string>>;
};

async function sizeOf(code: string): Promise<number> {
    const { outputFiles, warnings } = await build({
        stdin: { contents: code, resolveDir: folder },
        bundle: true,
        minify: true,
        format: 'esm',
        target: 'es2022',
        external: ['@bufbuild/*'],
        write: false,
        logLevel: 'silent',
    });
    expect(warnings).toEqual([]);
    return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
}

/** The package as it would be installed, in a folder of somebody else. */
beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'connect-sdk-'));
    unpacked = join(folder, 'node_modules/@connect-chat/sdk');
    mkdirSync(unpacked, { recursive: true });
    const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
        cwd: sdk,
        encoding: 'utf8',
    });
    const file = packed.trim().split('\n').at(-1) ?? '';
    execFileSync('tar', ['-xzf', join(folder, file), '-C', unpacked, '--strip-components=1']);
    for (const name of ['ws', '@bufbuild']) symlinkSync(join(modules, name), join(folder, 'node_modules', name));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the packed package can be imported by everybody', { timeout: 60_000 }, async () => {
    const { messages } = await publint({ pkgDir: unpacked, strict: true });
    expect(messages).toEqual([]);
    for (const entry of Object.keys(exports)) {
        const code = `await import('@connect-chat/sdk${entry.slice(1)}')`;
        execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: folder });
        for (const file of Object.values(exports[entry] ?? {})) expect(existsSync(join(unpacked, file))).toBe(true);
    }
});

test('nothing but what is meant is in it', () => {
    const files = execFileSync('find', ['.', '-type', 'f', '-printf', '%P\n'], { cwd: unpacked, encoding: 'utf8' });
    const odd = files.split('\n').filter((file) => file !== '' && !/^dist\/.*\.(js|js\.map|d\.ts)$/.test(file));
    expect(odd.sort()).toEqual(['README.md', 'package.json']);
});

test('who imports only errors gets only errors', async () => {
    const bytes = await sizeOf("import { ConnectError } from '@connect-chat/sdk'; console.log(ConnectError);");
    expect(bytes).toBeGreaterThan(100);
    expect(bytes).toBeLessThan(1_000);
});

test.for(Object.keys(exports))('%s is no larger than its limit', async (entry) => {
    const bytes = await sizeOf(`export * from '@connect-chat/sdk${entry.slice(1)}';`);
    const limit = LIMITS[entry] ?? 0;
    console.log(`@connect-chat/sdk${entry.slice(1)}: ${bytes} bytes of gzip (limit ${limit})`);
    expect(bytes).toBeGreaterThan(300);
    expect(bytes).toBeLessThanOrEqual(limit);
});

test('the source maps lead to the sources', () => {
    const maps = execFileSync('find', ['dist', '-name', '*.js.map'], { cwd: unpacked, encoding: 'utf8' })
        .trim()
        .split('\n');
    const all = maps.map((file) => JSON.parse(readFileSync(join(unpacked, file), 'utf8')) as SourceMap);
    const machine = all.find(({ sources }) => sources.some((file) => file.endsWith('src/engine/machine.ts')));
    const at = machine?.sources.findIndex((file) => file.endsWith('src/engine/machine.ts')) ?? -1;
    expect(machine?.sourcesContent[at]).toBe(readFileSync(join(sdk, 'src/engine/machine.ts'), 'utf8'));
    expect(machine?.mappings.length).toBeGreaterThan(1_000);
});

interface SourceMap {
    readonly sources: string[];
    readonly sourcesContent: string[];
    readonly mappings: string;
}

test('the example of the README runs against a real server', { timeout: 150_000 }, async (context) => {
    if (builtServer() === undefined) context.skip('NOT RUN: there is no built server (set CONNECT_SERVER).');
    const readme = readFileSync(join(sdk, 'README.md'), 'utf8');
    const example = /<!-- example: hello\.mjs -->\s+```js\n([\s\S]+?)```/.exec(readme)?.[1];
    expect(example).toBeDefined();
    writeFileSync(join(folder, 'hello.mjs'), example ?? '');
    const server = await TestServer.start();
    try {
        const output = await run(join(folder, 'hello.mjs'), {
            CONNECT_URL: server.socketUrl,
            NODE_EXTRA_CA_CERTS: server.certificate,
        });
        expect(output).toContain('alice is live\n');
        expect(output).toContain('sent as number 1\n');
        expect(output).toContain('bob: You wrote: Hello, Bob\n');
    } finally {
        await server.stop();
    }
});

/** What a program writes until it ends; it must end by itself and well. */
function run(file: string, env: Record<string, string>): Promise<string> {
    return new Promise((resolve, reject) => {
        const program = spawn(process.execPath, [file], { env: { ...process.env, ...env }, timeout: 60_000 });
        let output = '';
        program.stdout.on('data', (data) => (output += String(data)));
        program.stderr.on('data', (data) => (output += String(data)));
        program.on('error', reject);
        program.on('exit', (code, signal) =>
            code === 0 ? resolve(output) : reject(new Error(`It ended with ${code ?? signal}:\n${output}`)),
        );
    });
}
