/**
 * Keeps the folders of a package in layers: a file imports only from its own folder and from the layers below it, and no files
 * import each other in a circle. Imports of types count, too, for what a file names is what its reader has to know.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';

const IMPORTS = /\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g;

export const layers = {
    rules: {
        imports: {
            meta: {
                type: 'problem',
                schema: [{ type: 'object', required: ['root', 'layers'] }],
                messages: {
                    upward: '{{file}} imports {{target}}: "{{from}}" must not know "{{to}}", which is not in a layer below it.',
                    circle: '{{file}} imports {{target}}, which closes a circle: {{circle}}.',
                    homeless:
                        '{{file}} has no layer: give "{{from}}" a place in the list of layers (web/eslint.config.js).',
                },
            },
            create,
        },
    },
};

function create(context) {
    const { root, layers: order } = context.options[0];
    const base = resolve(context.cwd, root);
    const name = (file) => relative(base, file).split(sep).join('/');
    const heights = new Map(order.flatMap((layer, height) => [layer].flat().map((unit) => [unit, height])));
    // A file of its own in the list, else the nearest folder that is.
    const unitOf = (file) => {
        const path = name(file);
        for (let unit = path; unit !== '.'; unit = dirname(unit)) if (heights.has(unit)) return unit;
        return path.includes('/') ? dirname(path) : path;
    };
    const file = context.filename;
    const from = unitOf(file);

    const check = (node, source) => {
        if (typeof source !== 'string' || !source.startsWith('.')) return;
        const target = fileOf(file, source);
        if (target === undefined || name(target).startsWith('..')) return;
        const to = unitOf(target);
        const data = { file: name(file), target: name(target), from, to };
        if (from !== to && !(heights.get(to) < heights.get(from))) {
            context.report({ node, messageId: 'upward', data });
            return;
        }

        const way = wayTo(file, target, graphOf(base));
        if (way) context.report({ node, messageId: 'circle', data: { ...data, circle: way.map(name).join(' → ') } });
    };

    return {
        Program(node) {
            if (!heights.has(from)) context.report({ node, messageId: 'homeless', data: { file: name(file), from } });
        },
        ImportDeclaration: (node) => check(node, node.source.value),
        ExportNamedDeclaration: (node) => check(node, node.source?.value),
        ExportAllDeclaration: (node) => check(node, node.source.value),
        ImportExpression: (node) => check(node, node.source.value),
    };
}

/** The file that an import names; undefined when it is none of ours. */
function fileOf(importer, source) {
    const path = resolve(dirname(importer), source);
    return [path.replace(/\.js$/, '.ts'), path].find((each) => existsSync(each));
}

/** The files from `start` over `next` back to `start`, when there is such a way. */
function wayTo(start, next, graph) {
    const seen = new Set([next]);
    const ways = [[start, next]];
    for (const way of ways) {
        for (const target of graph.get(way.at(-1)) ?? []) {
            if (target === start) return [...way, start];
            if (!seen.has(target)) ways.push([...way, target]);
            seen.add(target);
        }
    }

    return undefined;
}

const graphs = new Map();

/** What each file of a folder imports; read once. */
function graphOf(base) {
    let graph = graphs.get(base);
    if (!graph) {
        const files = readdirSync(base, { recursive: true })
            .filter((file) => /\.(ts|svelte)$/.test(file))
            .map((file) => resolve(base, file));
        const targets = (file) =>
            [...readFileSync(file, 'utf8').matchAll(IMPORTS)].flatMap(([, source]) => fileOf(file, source) ?? []);
        graph = new Map(files.map((file) => [file, targets(file)]));
        graphs.set(base, graph);
    }

    return graph;
}
