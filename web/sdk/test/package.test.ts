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

/** The package as it would be installed, in a folder of somebody else. */
beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'connect-sdk-'));
    unpacked = join(folder, 'node_modules/@connect-chat/sdk');
    mkdirSync(unpacked, { recursive: true });
    execFileSync('npm', ['run', '-s', 'build'], { cwd: sdk });
    const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
        cwd: sdk,
        encoding: 'utf8',
    });
    const file = packed.trim().split('\n').at(-1) ?? '';
    execFileSync('tar', ['-xzf', join(folder, file), '-C', unpacked, '--strip-components=1']);
    for (const name of ['ws', '@bufbuild']) symlinkSync(join(modules, name), join(folder, 'node_modules', name));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the packed package can be imported by everybody', async () => {
    const { messages } = await publint({ pkgDir: unpacked, strict: true });
    expect(messages).toEqual([]);
    const { exports } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as {
        exports: Record<string, Record<string, string>>;
    };
    for (const entry of Object.keys(exports)) {
        const code = `await import('@connect-chat/sdk${entry.slice(1)}')`;
        execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: folder });
        for (const file of Object.values(exports[entry] ?? {})) expect(existsSync(join(unpacked, file))).toBe(true);
    }
});

test('nothing but what is meant is in it', () => {
    const files = execFileSync('find', ['.', '-type', 'f', '-printf', '%P\n'], { cwd: unpacked, encoding: 'utf8' });
    const odd = files.split('\n').filter((file) => file !== '' && !/^dist\/.*\.(js|d\.ts)$/.test(file));
    expect(odd.sort()).toEqual(['README.md', 'package.json']);
});

test('who imports only errors gets only errors', async () => {
    const code = "import { ConnectError } from '@connect-chat/sdk'; console.log(ConnectError);";
    const { outputFiles } = await build({
        stdin: { contents: code, resolveDir: folder },
        bundle: true,
        minify: true,
        format: 'esm',
        write: false,
    });
    const bytes = gzipSync(outputFiles[0]?.contents ?? '').length;
    expect(bytes).toBeGreaterThan(100);
    expect(bytes).toBeLessThan(1_000);
});

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
