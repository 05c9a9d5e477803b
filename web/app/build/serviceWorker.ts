import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Plugin } from 'vite';

/** Files that are asked for rarely, or by the browser itself: not worth the space. */
const leftOut = /(\.map|\.txt|icon-512\.png|(^|\/)index\.html|(^|\/)sw\.js)$/;

/** The addresses to hold in the cache, sorted; the start page has the address by which it is asked for. */
export function precacheList(fileNames: Iterable<string>): string[] {
    const paths = [...fileNames].filter((name) => !leftOut.test(name)).map((name) => `/${name}`);
    return ['/', ...new Set(paths)].sort();
}

/** Changes when anything that is served changes, and only then. */
export function versionOf(contents: ReadonlyMap<string, string | Uint8Array>): string {
    const hash = createHash('sha256');
    for (const name of [...contents.keys()].sort())
        hash.update(name)
            .update('\0')
            .update(contents.get(name) ?? '')
            .update('\0');
    return hash.digest('hex').slice(0, 16);
}

function filesUnder(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/** Builds sw/sw.ts as /sw.js and tells it what this build consists of. */
export function serviceWorker(source: string): Plugin {
    let publicFolder = '';
    return {
        name: 'connect-service-worker',
        apply: 'build',
        enforce: 'post',
        configResolved: (config) => void (publicFolder = config.publicDir),
        buildStart() {
            this.emitFile({ type: 'chunk', id: source, fileName: 'sw.js', name: 'sw' });
        },
        generateBundle: {
            order: 'post',
            handler(_, bundle) {
                const worker = bundle['sw.js'];
                if (worker?.type !== 'chunk') return this.error('sw.js was not built');
                if (worker.imports.length + worker.dynamicImports.length + worker.exports.length > 0)
                    return this.error('sw.js must stand alone: it is a classic script');
                if (!('index.html' in bundle)) return this.error('index.html is not known yet');
                const contents = new Map<string, string | Uint8Array>();
                for (const item of Object.values(bundle))
                    contents.set(item.fileName, item.type === 'chunk' ? item.code : item.source);
                for (const name of filesUnder(publicFolder)) contents.set(name, readFileSync(join(publicFolder, name)));
                const files = JSON.stringify(precacheList(contents.keys()));
                const version = JSON.stringify(versionOf(contents));
                worker.code = `const __FILES__=${files},__VERSION__=${version};\n${worker.code}`;
            },
        },
    };
}
