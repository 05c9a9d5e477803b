/**
 * The public API as text: for each entry point what it exports, name by name; at the end the types of the package that these
 * name and no entry point exports. Comments, private members and whatever is marked `@internal` are left out, and it does not matter in
 * which file a type is declared.
 */
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

export function publicApi(entries: Readonly<Record<string, string>>): string {
    const files = Object.values(entries).map((file) => `${dist}${file}`);
    const program = ts.createProgram(files, {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        moduleResolution: ts.ModuleResolutionKind.Bundler,
        // Names are resolved, nothing is checked: the platform's types would only cost time.
        noLib: true,
        types: [],
    });
    const checker = program.getTypeChecker();
    const exports = new Map(Object.entries(entries).map(([name, file]) => [name, exportsOf(`${dist}${file}`)]));
    const sections = [...exports].map(([name, symbols]) => section(`@connect-chat/sdk${name.slice(1)}`, symbols));
    return [...sections, section('named, not exported', namedBy([...exports.values()].flat()))].join('\n');

    function exportsOf(file: string): ts.Symbol[] {
        const source = program.getSourceFile(file);
        const module = source && checker.getSymbolAtLocation(source);
        if (!module) throw new Error(`${file} exports nothing.`);
        return checker.getExportsOfModule(module).map(resolved);
    }

    /** The types of the package that these symbols need and that are not among them. */
    function namedBy(symbols: Iterable<ts.Symbol>): Set<ts.Symbol> {
        const seen = new Set(symbols);
        const found = new Set<ts.Symbol>();
        const visit = (node: ts.Node): void => {
            if (isHidden(node)) return;
            const name = ts.isTypeReferenceNode(node) ? node.typeName : undefined;
            const base = ts.isExpressionWithTypeArguments(node) ? node.expression : undefined;
            const at = name ?? base ?? (ts.isTypeQueryNode(node) ? node.exprName : undefined);
            const symbol = at && checker.getSymbolAtLocation(at);
            if (symbol) add(resolved(symbol));
            ts.forEachChild(node, visit);
        };
        const add = (symbol: ts.Symbol): void => {
            const isOurs = symbol.declarations?.some(
                (each) => each.getSourceFile().fileName.startsWith(dist) && !ts.isTypeParameterDeclaration(each),
            );
            if (!isOurs || seen.has(symbol)) return;
            seen.add(symbol);
            if (symbol.declarations?.some(isHidden)) return;
            found.add(symbol);
            symbol.declarations?.forEach(visit);
        };
        [...seen].forEach((symbol) => symbol.declarations?.forEach(visit));
        return found;
    }

    function resolved(symbol: ts.Symbol): ts.Symbol {
        return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    }
}

function section(title: string, symbols: Iterable<ts.Symbol>): string {
    const texts = [...symbols]
        .sort((one, other) => (one.name < other.name ? -1 : 1))
        .map((symbol) => symbol.declarations?.map(print).join('\n') ?? '');
    return `==== ${title}\n\n${texts.join('\n\n')}\n`;
}

function isHidden(node: ts.Node): boolean {
    const isPrivate =
        ts.isPrivateIdentifier(node) ||
        (ts.isClassElement(node) && !!node.name && ts.isPrivateIdentifier(node.name)) ||
        (ts.canHaveModifiers(node) &&
            !!ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.PrivateKeyword));
    return isPrivate || ts.getJSDocTags(node).some((tag) => tag.tagName.text === 'internal');
}

/** A declaration without what is hidden. */
function print(declaration: ts.Declaration): string {
    // A variable is printed with its statement, which says `const`.
    const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    const { transformed } = ts.transform<ts.Node>(statement, [
        (context) => {
            const visit = (node: ts.Node): ts.Node | undefined =>
                node !== statement && isHidden(node) ? undefined : ts.visitEachChild(node, visit, context);
            return (root) => visit(root) ?? root;
        },
    ]);
    const [node = statement] = transformed;
    return printer.printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile());
}
