// What the browser must fetch before the app shows something, compressed: printed, and refused above the budget.
// Run after the build: npm run check:size
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budget = { js: 90_000, css: 12_000 };
const dist = new URL('./dist/', import.meta.url);
const read = (file) => readFileSync(new URL(file, dist));

/** A script and all that it imports before it runs; what `import()` fetches later does not count. */
function withImports(file, found = new Set()) {
    if (found.has(file)) return found;
    found.add(file);
    const text = read(file).toString();
    for (const [, path] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([\w.-]+\.js)"/g))
        withImports(`assets/${path}`, found);
    return found;
}

const html = read('index.html').toString();
const linked = [...html.matchAll(/(?:src|href)="\/?(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1]);
const files = { js: new Set(), css: new Set() };
for (const file of linked) {
    if (file.endsWith('.css')) files.css.add(file);
    else withImports(file, files.js);
}
if (files.js.size === 0 || files.css.size === 0) throw new Error('dist/index.html names no script or no style');

let over = false;
for (const kind of ['js', 'css']) {
    const sizes = [...files[kind]].map((file) => gzipSync(read(file), { level: 9 }).length);
    const sum = sizes.reduce((a, b) => a + b, 0);
    over ||= sum > budget[kind];
    console.log(
        `first load ${kind}: ${(sum / 1000).toFixed(1)} kB gzip in ${sizes.length} files, at most ${budget[kind] / 1000} kB`,
    );
}
if (over) process.exitCode = 1;
