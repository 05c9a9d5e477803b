/**
 * Builds `dist`: each entry point with what it shares with others in chunks, its source maps and its types.
 *
 * Names of members that are the SDK's own business are made short, which no bundler can do for us. Which these are the compiler
 * says: a name counts as ours only if nowhere in the sources it names a member of anything that is exported (unless marked
 * `@internal`), stored, sent, or comes from a library, and if it stands in no string.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';

const root = fileURLToPath(new URL('.', import.meta.url));
/** The parts whose members may be renamed; what the others declare is data of the wire, of stores or of the application. */
const OWN = /\/src\/(engine\/(?!port|machineOptions|link|phase)|views\/)[^/]+\.ts$/;

const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const entries = Object.values(exports).map(({ default: file }) => file.slice('./dist/'.length, -'.js'.length));
const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(`${root}tsconfig.build.json`, {}, ts.sys);
rmSync(`${root}dist`, { recursive: true, force: true });
const program = ts.createProgram(fileNames, { ...options, emitDeclarationOnly: true });
const faults = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
if (faults.length > 0) {
    throw new Error(
        ts.formatDiagnostics(faults, { ...ts.sys, getCanonicalFileName: (name) => name, getNewLine: () => '\n' }),
    );
}

const { outputFiles } = await build({
    entryPoints: entries.map((name) => `${root}src/${name}.ts`),
    outdir: `${root}dist`,
    chunkNames: 'shared/[hash]',
    bundle: true,
    minifySyntax: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    external: ['@bufbuild/*'],
    sourcemap: true,
    write: false,
    tsconfig: `${root}tsconfig.build.json`,
    mangleProps: new RegExp(`^(${[...ownNames(program)].join('|')})$`),
});

for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    // That a chunk is loaded for its effects alone is said of each, but none has any, and bundlers would warn of it.
    writeFileSync(path, text.replace(/^import "\.[^"]+";$/gm, ''));
}

/** The names of members that are nobody else's. */
function ownNames(program) {
    const checker = program.getTypeChecker();
    const sources = program.getSourceFiles().filter((file) => file.fileName.startsWith(`${root}src/`));
    const exported = new Set(
        sources
            .filter((file) => entries.some((name) => file.fileName === `${root}src/${name}.ts`))
            .flatMap((file) => checker.getExportsOfModule(checker.getSymbolAtLocation(file)))
            .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol)),
    );
    const isOwn = (declaration) =>
        ts.getJSDocTags(declaration).some((tag) => tag.tagName.text === 'internal') ||
        (OWN.test(declaration.getSourceFile().fileName) &&
            !exported.has(checker.getSymbolAtLocation(declaration.parent.name ?? declaration)));
    const ours = new Set();
    const others = new Set();
    const visit = (node) => {
        if (ts.isStringLiteralLike(node) && !ts.isLiteralTypeNode(node.parent)) others.add(node.text);
        const member = memberOf(node);
        if (member) {
            const isOurs = member.symbol?.declarations?.every(isOwn) ?? false;
            (isOurs ? ours : others).add(member.name);
        }

        ts.forEachChild(node, visit);
    };
    /** The member that an identifier names, if it names one. */
    const memberOf = (node) => {
        const { parent } = node;
        if (!ts.isIdentifier(node)) return undefined;
        if (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent)) {
            if ((parent.propertyName ?? parent.name) !== node) return undefined;
            const type = checker.getTypeAtLocation(parent.parent);
            return { name: node.text, symbol: checker.getPropertyOfType(type, node.text) };
        }

        if (parent.name !== node || ts.isVariableDeclaration(parent)) return undefined;
        if (ts.isObjectLiteralExpression(parent.parent)) {
            const type = checker.getContextualType(parent.parent);
            const symbol = type && checker.getPropertyOfType(checker.getNonNullableType(type), node.text);
            return { name: node.text, symbol };
        }

        const isMember =
            ts.isPropertyAccessExpression(parent) ||
            ts.isClassElement(parent) ||
            ts.isTypeElement(parent) ||
            (ts.isParameter(parent) && ts.isParameterPropertyDeclaration(parent, parent.parent));
        return isMember ? { name: node.text, symbol: checker.getSymbolAtLocation(node) } : undefined;
    };
    sources.forEach(visit);

    return [...ours].filter((name) => !others.has(name));
}
