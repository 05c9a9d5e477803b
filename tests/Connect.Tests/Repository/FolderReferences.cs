using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Connect.Tests.Repository;

/// <summary>A name in one folder that means something declared in another folder of the same project.</summary>
internal sealed record FolderReference(string File, string From, string To, string Name)
{
    public override string ToString() => $"{File} uses {Name}";
}

/// <summary>
/// Finds the references between the folders of a project: every name of a type or an extension, in code, attributes,
/// <c>nameof</c> and <c>using</c>, but not in comments. The compiler decides what a name means, and the declaring file
/// decides which folder it belongs to, because types of several folders may share a namespace.
/// </summary>
internal sealed class FolderReferences
{
    /// <summary>What stands for the folder of the project file itself.</summary>
    public const string Root = "(root)";

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, DocumentationMode.None);

    private readonly CSharpCompilation _compilation;

    /// <summary>The folders that declare each name; asking the compiler about any other name only costs time.</summary>
    private readonly Dictionary<string, HashSet<string>> _declared = [];

    private readonly HashSet<FolderReference> _found = [];
    private readonly List<string> _unresolved = [];

    /// <param name="sources">The files of one project; the paths are relative to it, with forward slashes.</param>
    /// <param name="generated">Sources that the build adds and that belong to no folder.</param>
    /// <param name="references">Everything else that the project compiles against.</param>
    public FolderReferences(
        IReadOnlyDictionary<string, string> sources,
        IEnumerable<string> generated,
        IEnumerable<MetadataReference> references
    )
    {
        var files = sources.Select(source => CSharpSyntaxTree.ParseText(source.Value, Parsing, source.Key)).ToList();
        _compilation = CSharpCompilation.Create(
            // The internals of the other projects are visible to a program of this name.
            "Connect.Tests",
            files.Concat(generated.Select(text => CSharpSyntaxTree.ParseText(text, Parsing))),
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
        );
        files.ForEach(CollectDeclarations);
        files.ForEach(Collect);
    }

    public IReadOnlyCollection<FolderReference> Found => _found;

    /// <summary>Names of the project that the compiler could not resolve: they could break the rule unseen.</summary>
    public IReadOnlyList<string> Unresolved => _unresolved;

    public static string FolderOf(string path) =>
        Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder.Replace('\\', '/') : Root;

    private void CollectDeclarations(SyntaxTree file)
    {
        var names = file.GetRoot()
            .DescendantNodes()
            .Select(node =>
                node switch
                {
                    BaseTypeDeclarationSyntax type => type.Identifier,
                    DelegateDeclarationSyntax type => type.Identifier,
                    MethodDeclarationSyntax method when IsExtension(method) => method.Identifier,
                    PropertyDeclarationSyntax { Parent: ExtensionBlockDeclarationSyntax } property =>
                        property.Identifier,
                    _ => default,
                }
            );
        foreach (var name in names.Select(token => token.Text).Where(text => !string.IsNullOrEmpty(text)))
        {
            Declare(name, file);
            if (name.EndsWith("Attribute", StringComparison.Ordinal))
            {
                Declare(name[..^"Attribute".Length], file);
            }
        }
    }

    private static bool IsExtension(MethodDeclarationSyntax method) =>
        method.Parent is ExtensionBlockDeclarationSyntax
        || method.ParameterList.Parameters.Any(parameter => parameter.Modifiers.Any(SyntaxKind.ThisKeyword));

    private void Declare(string name, SyntaxTree file)
    {
        _declared.TryAdd(name, []);
        _declared[name].Add(FolderOf(file.FilePath));
    }

    private void Collect(SyntaxTree file)
    {
        var from = FolderOf(file.FilePath);
        var model = _compilation.GetSemanticModel(file);
        var names = file.GetRoot()
            .DescendantNodes()
            .OfType<SimpleNameSyntax>()
            .Where(name =>
                _declared.TryGetValue(name.Identifier.Text, out var folders) && folders.Any(to => to != from)
            );
        foreach (var name in names)
        {
            var info = model.GetSymbolInfo(name);
            var symbols = info.Symbol is null ? info.CandidateSymbols : [info.Symbol];
            if (symbols.IsEmpty && !IsMemberOfGenerated(name, model))
            {
                _unresolved.Add($"{file.FilePath}: {name.Parent}");
            }

            foreach (var symbol in symbols)
            {
                Add(file.FilePath, from, symbol);
            }
        }
    }

    /// <summary>
    /// A member of what a source generator makes, which this compilation does not have; the type before it counts.
    /// </summary>
    private static bool IsMemberOfGenerated(SimpleNameSyntax name, SemanticModel model) =>
        name.Parent is MemberAccessExpressionSyntax access
        && access.Name == name
        && model.GetSymbolInfo(access.Expression).Symbol is null;

    private void Add(string file, string from, ISymbol symbol)
    {
        var extension = IsExtension(symbol) ? symbol : null;
        if ((extension?.ContainingType ?? symbol as ITypeSymbol ?? ConstructedBy(symbol)) is not { } type)
        {
            return;
        }

        var declarations = (extension ?? type).OriginalDefinition.DeclaringSyntaxReferences;
        var folders = declarations
            .Select(part => part.SyntaxTree.FilePath)
            .Where(path => path.Length > 0)
            .Select(FolderOf)
            .ToList();
        if (folders.Count > 0 && !folders.Contains(from))
        {
            var name = extension is null ? Outermost(type).Name : $"{Outermost(type).Name}.{symbol.Name}";
            var to = folders[0] == Root ? "" : folders[0].Replace('/', '.') + ".";
            _found.Add(new FolderReference(file, from, folders[0], to + name));
        }
    }

    private static bool IsExtension(ISymbol symbol) =>
        symbol is IMethodSymbol { IsExtensionMethod: true } || symbol.ContainingType is { IsExtension: true };

    /// <summary>The name of an attribute stands for its constructor.</summary>
    private static INamedTypeSymbol? ConstructedBy(ISymbol symbol) =>
        symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } ? symbol.ContainingType : null;

    private static ITypeSymbol Outermost(ITypeSymbol type) =>
        type.ContainingType is { } outer ? Outermost(outer) : type;
}
