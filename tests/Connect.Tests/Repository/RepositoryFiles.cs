using System.Text.RegularExpressions;

namespace Connect.Tests.Repository;

/// <summary>The files of this repository as the tests see them: what git ignores is left out.</summary>
internal static partial class RepositoryFiles
{
    private static readonly HashSet<string> IgnoredNames = new(StringComparer.Ordinal)
    {
        ".git",
        "bin",
        "obj",
        "artifacts",
        "data",
        "dist",
        "node_modules",
        "TestResults",
        ".vs",
        ".idea",
        "__pycache__",
    };

    private static readonly HashSet<string> TextKinds = new(StringComparer.Ordinal)
    {
        "",
        ".cs",
        ".csproj",
        ".css",
        ".editorconfig",
        ".gitattributes",
        ".gitignore",
        ".html",
        ".json",
        ".md",
        ".props",
        ".proto",
        ".py",
        ".slnx",
        ".sql",
        ".svelte",
        ".svg",
        ".targets",
        ".ts",
        ".tsx",
        ".txt",
        ".yaml",
        ".yml",
    };

    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> All() => Walk(Root);

    public static IEnumerable<string> Text() =>
        All().Where(f => TextKinds.Contains(Path.GetExtension(f)) && Path.GetFileName(f) != "packages.lock.json");

    public static IEnumerable<string> CSharp() => All().Where(f => f.EndsWith(".cs", StringComparison.Ordinal));

    public static IEnumerable<string> Markdown() => All().Where(f => f.EndsWith(".md", StringComparison.Ordinal));

    public static IEnumerable<string> Projects() => All().Where(f => f.EndsWith(".csproj", StringComparison.Ordinal));

    /// <summary>The projects of src and bench.</summary>
    public static IEnumerable<string> ShippedProjects() =>
        Projects().Where(f => !Relative(f).StartsWith("tests/", StringComparison.Ordinal));

    public static IEnumerable<string> RootEntries() =>
        Directory.EnumerateFileSystemEntries(Root).Where(IsKept).Select(e => Path.GetFileName(e));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    /// <summary>The cells of all table rows of a Markdown text, without heads and rules.</summary>
    public static IEnumerable<string[]> TableRows(string markdown) =>
        markdown.Split('\n').Where(l => l.StartsWith('|') && !TableRule().IsMatch(l)).Select(CellsOf);

    /// <summary>The rows of the one table of a Markdown text whose head has these cells.</summary>
    public static IEnumerable<string[]> Table(string markdown, params string[] head)
    {
        var rows = markdown.Split('\n').Select(CellsOf).ToList();
        var at = rows.FindIndex(row => row.SequenceEqual(head));
        return at < 0
            ? throw new InvalidOperationException($"There is no table with the head {string.Join(" | ", head)}")
            : rows.Skip(at + 2).TakeWhile(row => row.Length > 0);
    }

    private static string[] CellsOf(string line) =>
        line.StartsWith('|') ? [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())] : [];

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder).Where(IsKept).Order(StringComparer.Ordinal))
        {
            if (!Directory.Exists(entry))
            {
                yield return entry;
                continue;
            }

            foreach (var file in Walk(entry))
            {
                yield return file;
            }
        }
    }

    private static bool IsKept(string path)
    {
        var name = Path.GetFileName(path);
        return !IgnoredNames.Contains(name)
            && !name.EndsWith(".keys", StringComparison.Ordinal)
            && !name.EndsWith(".swp", StringComparison.Ordinal)
            && !name.StartsWith("data.", StringComparison.Ordinal);
    }

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Connect.slnx")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("No Connect.slnx above " + AppContext.BaseDirectory);
    }

    [GeneratedRegex(@"^\|[\s|:-]+$")]
    private static partial Regex TableRule();
}
