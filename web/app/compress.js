// Writes the smaller forms of what was built beside it (NAME.br, NAME.gz), which the server sends to who reads them.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const folder = new URL('./dist/', import.meta.url).pathname;
const kinds = new Set(['.css', '.html', '.ico', '.js', '.json', '.svg', '.webmanifest']);

for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, name);
    if (!kinds.has(extname(name)) || !statSync(file).isFile()) {
        continue;
    }

    const bytes = readFileSync(file);
    const forms = {
        br: brotliCompressSync(bytes, {
            params: {
                [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
                [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
            },
        }),
        gz: gzipSync(bytes, { level: 9 }),
    };
    for (const [ending, form] of Object.entries(forms)) {
        // Not worth a second form for a few bytes.
        if (form.length < bytes.length * 0.9) {
            writeFileSync(`${file}.${ending}`, form);
        }
    }
}
