using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Connect.Tests.Repository;

/// <summary>The documents name things that exist, and all of them where they promise to be complete.</summary>
public sealed partial class DocumentsTests
{
    private static readonly string[] RootEntries =
    [
        ".ci",
        ".editorconfig",
        ".gitattributes",
        ".github",
        ".gitignore",
        "BannedSymbols.txt",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Connect.slnx",
        "Directory.Build.props",
        "Directory.Build.targets",
        "Directory.Packages.props",
        "LICENSE",
        "README.md",
        "SECURITY.md",
        "bench",
        "dev",
        "docs",
        "dotnet-tools.json",
        "global.json",
        "proto",
        "src",
        "tests",
        "web",
    ];

    [Fact]
    public void The_root_holds_what_it_should_and_nothing_else() =>
        Assert.Equal(
            RootEntries.Order(StringComparer.Ordinal),
            RepositoryFiles.RootEntries().Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Every_path_named_in_the_documents_exists() =>
        Violations.None(
            from file in RepositoryFiles.Markdown()
            from path in NamedPaths(File.ReadAllText(file))
            where !Path.Exists(Path.Combine(RepositoryFiles.Root, path))
            select $"{RepositoryFiles.Relative(file)}: {path}",
            "Paths that do not exist"
        );

    [Fact]
    public void The_message_path_names_a_file_to_read_for_each_step()
    {
        var files = NamedPaths(RepositoryFiles.Read("docs/message-path.md"))
            .Where(p => p.EndsWith(".cs", StringComparison.Ordinal))
            .Distinct()
            .ToList();
        Assert.InRange(files.Count, 10, 15);
        Assert.All(files, f => Assert.True(File.Exists(Path.Combine(RepositoryFiles.Root, f)), f));
    }

    /// <summary>
    /// Counted by <c>./dev path-files</c>; here is checked that the list is whole and its files exist.
    /// </summary>
    [Fact]
    public void The_message_path_lists_the_files_a_message_enters()
    {
        var page = RepositoryFiles.Read("docs/message-path.md");
        var total = int.Parse(EnteredFiles().Match(page).Groups["count"].Value, null);
        var rows = StepRow().Matches(page);
        Assert.InRange(rows.Count, 6, 10);
        var files = new HashSet<string>();
        foreach (Match row in rows)
        {
            var named = FolderOfStep()
                .Matches(row.Groups["which"].Value)
                .SelectMany(folder =>
                    folder
                        .Groups["names"]
                        .Value.Split(", ")
                        .Select(name => $"{folder.Groups["folder"].Value}/{name.Trim()}.cs")
                )
                .ToList();
            Assert.Equal(int.Parse(row.Groups["count"].Value, null), named.Count);
            files.UnionWith(named);
        }

        Assert.Equal(total, files.Count);
        Assert.All(files, f => Assert.True(File.Exists(Path.Combine(RepositoryFiles.Root, f)), f));
    }

    [Fact]
    public void Every_dependency_has_its_reason_and_no_reason_is_left_over()
    {
        var packages = XDocument
            .Parse(RepositoryFiles.Read("Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Select(p => (string)p.Attribute("Include")!);
        using var manifest = JsonDocument.Parse(RepositoryFiles.Read("dotnet-tools.json"));
        var tools = manifest.RootElement.GetProperty("tools").EnumerateObject().Select(t => t.Name).ToList();
        var debian = DebianPackage().Matches(RepositoryFiles.Read("dev")).Select(m => m.Groups["name"].Value).ToList();
        Assert.NotEmpty(debian);
        var npm = RepositoryFiles
            .All()
            .Where(f => Path.GetFileName(f) == "package.json")
            .SelectMany(NpmPackages)
            .Where(name => !name.StartsWith("@connect-chat/", StringComparison.Ordinal))
            .Distinct()
            .ToList();
        Assert.Contains("svelte", npm);

        var rows = RepositoryFiles
            .TableRows(RepositoryFiles.Read("docs/dependencies.md"))
            .Where(r => r[0] is not ("package" or "tool"))
            .ToList();
        Assert.Equal(
            packages.Concat(tools).Concat(debian).Concat(npm).Order(StringComparer.Ordinal),
            rows.Select(r => r[0]).Order(StringComparer.Ordinal)
        );
        Assert.All(rows, r => Assert.True(r[1].Length > 20, $"{r[0]} has no reason"));
    }

    [Fact]
    public void Every_decision_is_in_the_index()
    {
        var index = RepositoryFiles.Read("docs/adr/README.md");
        var pages = RepositoryFiles
            .Markdown()
            .Where(f => RepositoryFiles.Relative(f).StartsWith("docs/adr/0", StringComparison.Ordinal))
            .Select(f => Path.GetFileName(f))
            .ToList();
        Assert.NotEmpty(pages);
        Assert.All(pages, p => Assert.Contains($"({p})", index, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_unfinished_is_marked_in_the_sources() =>
        Violations.None(Lines(Leftover()), "Marks of unfinished work");

    [Fact]
    public void The_repository_speaks_of_no_machine_and_no_tracker() =>
        Violations.None(
            Lines(MachinePath())
                .Concat(Lines(TrackerNumber()).Where(l => !l.Contains(".svg:", StringComparison.Ordinal))),
            "Paths of one machine, or numbers of a tracker"
        );

    private static IEnumerable<string> Lines(Regex pattern) =>
        from file in RepositoryFiles.Text()
        where Path.GetFileName(file) is not ("LICENSE" or "DocumentsTests.cs")
        from line in File.ReadLines(file).Select((text, at) => (text, at))
        where pattern.IsMatch(line.text)
        select $"{RepositoryFiles.Relative(file)}:{line.at + 1}: {line.text.Trim()}";

    private static IEnumerable<string> NpmPackages(string file)
    {
        using var package = JsonDocument.Parse(File.ReadAllText(file));
        return
        [
            .. package
                .RootElement.EnumerateObject()
                .Where(each => each.Name is "dependencies" or "devDependencies" or "peerDependencies")
                .SelectMany(each => each.Value.EnumerateObject())
                .Select(each => each.Name),
        ];
    }

    private static IEnumerable<string> NamedPaths(string markdown) =>
        CodePath().Matches(markdown).Select(m => m.Groups["path"].Value.TrimEnd('/'));

    [GeneratedRegex(@"A direct message enters (?<count>\d+) files")]
    private static partial Regex EnteredFiles();

    [GeneratedRegex(@"^\| \d+\. [^|]+ \| (?<count>\d+) \| (?<which>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex StepRow();

    [GeneratedRegex("`(?<folder>src/[^`]+)`: (?<names>[^;]+)")]
    private static partial Regex FolderOfStep();

    [GeneratedRegex(@"`(?<path>(?:src|tests|bench|docs|proto)/[\w./-]+)`")]
    private static partial Regex CodePath();

    [GeneratedRegex(@"missing\+=\((?<name>[\w.+-]+)\)")]
    private static partial Regex DebianPackage();

    [GeneratedRegex(@"\b(?:TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Leftover();

    [GeneratedRegex(@"(?<![\w.~$}-])/(?:home|root|Users|work)/\w|\b[A-Z]:\\\w")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"(?<!PKCS |[\w&#/(""])#\d{1,4}\b|\bissues? \d")]
    private static partial Regex TrackerNumber();
}
