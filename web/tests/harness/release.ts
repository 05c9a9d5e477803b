import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { serverProgram, webFolder } from './machine.js';

/** The web client that the server brings with it, or the other one that is tested. */
export const builtClient = webFolder ?? join(dirname(serverProgram), 'wwwroot');

const hashed = /^(.+-)[A-Za-z0-9_-]{4}([A-Za-z0-9_-]{4}\.[a-z0-9]+)$/;

/**
 * Makes another version of the built client: every file whose name has a hash of its content gets another name, and whoever names
 * it says so, as after a build in which all of them changed. `mark` is the first character of the new hashes. Answers the folder.
 */
export function makeRelease(parent: string, mark: string): string {
    const folder = join(parent, `web-${mark}`);
    mkdirSync(folder, { recursive: true });
    // Compressed forms are of the other texts: the server does without.
    cpSync(builtClient, folder, { recursive: true, filter: (file) => !/\.(br|gz)$/.test(file) });
    const assets = join(folder, 'assets');
    const names = readdirSync(assets).map((name) => [name, name.replace(hashed, `$1${mark}new$2`)] as const);
    if (names.length === 0 || names.some(([old, next]) => old === next)) {
        throw new Error(`The client at ${builtClient} is not as it is expected: ${names.join(', ')}`);
    }

    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (['.js', '.css', '.html'].includes(extname(name))) {
            const text = names.reduce((all, [old, next]) => all.replaceAll(old, next), read(folder, name));
            const next = name === 'sw.js' ? text.replace(/(__VERSION__=")./, `$1${mark}`) : text;
            rmSync(join(folder, name));
            writeFileSync(
                join(folder, dirname(name), names.find(([old]) => name.endsWith(`/${old}`))?.[1] ?? lastOf(name)),
                next,
            );
        }
    }

    return folder;
}

const read = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');
const lastOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
