// Writes src/gen anew from ../../proto; `node gen.mjs FOLDER` writes into another folder. protoc is the one that the .NET
// build uses (the package Grpc.Tools), or $PROTOC.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export function findProtoc() {
    if (process.env.PROTOC) return process.env.PROTOC;
    const packages = join(process.env.NUGET_PACKAGES ?? join(homedir(), '.nuget', 'packages'), 'grpc.tools');
    const tool = process.arch === 'arm64' ? 'linux_arm64' : 'linux_x64';
    const versions = existsSync(packages) ? readdirSync(packages).sort() : [];
    return versions.map((version) => join(packages, version, 'tools', tool, 'protoc')).findLast(existsSync);
}

export function generate(folder) {
    const protoc = findProtoc();
    if (!protoc) throw new Error('No protoc: build the .NET part once (it brings Grpc.Tools), or set PROTOC.');
    mkdirSync(folder, { recursive: true });
    const proto = here('../../proto');
    const files = readdirSync(join(proto, 'connect/v1')).filter((file) => file.endsWith('.proto'));
    execFileSync(protoc, [
        `--proto_path=${proto}`,
        `--plugin=protoc-gen-es=${here('../node_modules/.bin/protoc-gen-es')}`,
        `--es_out=${folder}`,
        '--es_opt=target=ts,import_extension=js',
        ...files.map((file) => `connect/v1/${file}`),
    ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) generate(process.argv[2] ?? here('src/gen'));
