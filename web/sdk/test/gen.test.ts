import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const gen = fileURLToPath(new URL('../gen.mjs', import.meta.url));
const committed = fileURLToPath(new URL('../src/gen/connect/v1', import.meta.url));

function protoc(): string {
    const ask = `import(${JSON.stringify(gen)}).then((gen) => console.log(gen.findProtoc() ?? ''))`;
    return execFileSync(process.execPath, ['--input-type=module', '-e', ask], { encoding: 'utf8' }).trim();
}

test('the generated code is that of the schema', (context) => {
    if (protoc() === '') {
        context.skip(
            'NOT CHECKED: there is no protoc here; build the .NET part once (it brings Grpc.Tools), or set PROTOC.',
        );
    }
    const folder = mkdtempSync(join(tmpdir(), 'connect-gen-'));
    try {
        execFileSync(process.execPath, [gen, folder]);
        const files = readdirSync(join(folder, 'connect/v1'));
        expect(readdirSync(committed).sort()).toEqual(files.sort());
        for (const file of files) {
            const now = readFileSync(join(folder, 'connect/v1', file), 'utf8');
            expect(
                readFileSync(join(committed, file), 'utf8') === now,
                `${file}: run 'npm run gen -w @connect-chat/sdk'`,
            ).toBe(true);
        }
    } finally {
        rmSync(folder, { recursive: true });
    }
});
