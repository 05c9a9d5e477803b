using System.Text.RegularExpressions;
using Xunit;

namespace Connect.Tests.Repository;

/// <summary>What the sources and the documents refer to is in the repository.</summary>
public sealed partial class CitationsTests
{
    private static readonly HashSet<string> Decisions =
    [
        .. RepositoryFiles
            .Markdown()
            .Select(file => AdrFile().Match(RepositoryFiles.Relative(file)))
            .Where(match => match.Success)
            .Select(match => match.Groups["number"].Value),
    ];

    [Fact]
    public void Every_decision_cited_has_its_page()
    {
        Assert.NotEmpty(Decisions);
        Violations.None(
            Cited(RepositoryFiles.Text(), Adr())
                .Where(each => !Decisions.Contains(each.Name))
                .Select(each => each.Place),
            "Decisions that are not in docs/adr"
        );
    }

    [Fact]
    public void Nothing_is_cited_by_a_number_that_the_repository_does_not_explain() =>
        Violations.None(
            Cited(Sources(), PrivateNumber()).Select(each => each.Place),
            "Numbers of decisions that nobody can look up: cite ADR NNNN, or nothing"
        );

    [Fact]
    public void Every_promise_cited_is_one_of_the_architecture()
    {
        var promises = Promise().Count(Section(RepositoryFiles.Read("docs/architecture.md"), "The promises"));
        Assert.InRange(promises, 5, 20);
        Violations.None(
            Cited(Sources(), PromiseNumber())
                .Where(each => int.Parse(each.Name, null) is var number && (number == 0 || number > promises))
                .Select(each => each.Place),
            "Promises that docs/architecture.md does not make"
        );
    }

    [Fact]
    public void Every_page_cited_in_a_comment_is_there() =>
        Violations.None(
            Cited(Sources(), PageInComment()).Where(each => !IsPage(each.File, each.Name)).Select(each => each.Place),
            "Pages cited in comments that are not there: write their path from the root of the repository"
        );

    [Fact]
    public void Every_link_leads_to_a_file_and_to_a_heading_in_it()
    {
        var links = (
            from file in RepositoryFiles.Markdown()
            from Match match in Link().Matches(CodeBlock().Replace(File.ReadAllText(file), ""))
            let target = match.Groups["target"].Value
            where !target.Contains(':', StringComparison.Ordinal)
            select (File: file, Target: target)
        ).ToList();
        Assert.NotEmpty(links);
        Violations.None(
            links
                .Where(link => !Leads(link.File, link.Target))
                .Select(link => $"{RepositoryFiles.Relative(link.File)}: {link.Target}"),
            "Links that lead nowhere"
        );
    }

    [Theory]
    [InlineData("## Who sees *what*?", "who-sees-what")]
    [InlineData("# `./dev`: one script, 3 ways", "dev-one-script-3-ways")]
    [InlineData("### The [words](words.md) we_use", "the-words-we_use")]
    public void The_anchor_of_a_heading_is_that_of_the_usual_forges(string heading, string anchor) =>
        Assert.Equal(anchor, Assert.Single(Anchors(heading)));

    [Fact]
    public void A_heading_that_comes_twice_has_a_number() =>
        Assert.Equal(["a", "a-1"], Anchors("# A\n\ntext\n\n## A\n"));

    private static bool Leads(string file, string target)
    {
        var parts = target.Split('#', 2);
        var page = parts[0].Length == 0 ? file : Path.Combine(Path.GetDirectoryName(file)!, parts[0]);
        return Path.Exists(page)
            && (parts.Length == 1 || Anchors(File.ReadAllText(page)).Contains(parts[1], StringComparer.Ordinal));
    }

    private static List<string> Anchors(string markdown)
    {
        var anchors = new List<string>();
        foreach (Match heading in Heading().Matches(FencedBlock().Replace(markdown, "")))
        {
            var text = LinkText().Replace(heading.Groups["text"].Value.Trim(), "${text}");
            var anchor = NotInAnchor().Replace(text.ToLowerInvariant(), "").Replace(' ', '-');
            var before = anchors.Count(other => other == anchor || NumberedAs(other, anchor));
            anchors.Add(before == 0 ? anchor : $"{anchor}-{before}");
        }

        anchors.AddRange(NamedAnchor().Matches(markdown).Select(anchor => anchor.Groups["id"].Value));
        return anchors;
    }

    private static bool NumberedAs(string anchor, string first) =>
        anchor.StartsWith(first + "-", StringComparison.Ordinal) && int.TryParse(anchor[(first.Length + 1)..], out _);

    private static string Section(string markdown, string heading)
    {
        var from = markdown.IndexOf($"## {heading}\n", StringComparison.Ordinal);
        return markdown[from..markdown.IndexOf("\n## ", from, StringComparison.Ordinal)];
    }

    /// <summary>By its path from the root, or beside the file or above it.</summary>
    private static bool IsPage(string file, string page) =>
        File.Exists(Path.Combine(RepositoryFiles.Root, page))
        || File.Exists(Path.Combine(Path.GetDirectoryName(file)!, page));

    private static IEnumerable<string> Sources() =>
        RepositoryFiles
            .Text()
            .Where(file => Path.GetExtension(file) is ".cs" or ".ts" or ".svelte" or ".py" or ".proto" or ".targets");

    private static IEnumerable<(string File, string Place, string Name)> Cited(
        IEnumerable<string> files,
        Regex pattern
    ) =>
        from file in files
        where Path.GetFileName(file) != "CitationsTests.cs"
        from line in File.ReadLines(file).Select((text, at) => (text, at))
        from Match match in pattern.Matches(line.text)
        let place = $"{RepositoryFiles.Relative(file)}:{line.at + 1}: {match.Value.Trim()}"
        select (file, place, match.Groups["name"].Value);

    [GeneratedRegex(@"^docs/adr/(?<number>\d{4})-[\w-]+\.md$")]
    private static partial Regex AdrFile();

    [GeneratedRegex(@"\bADR[ -]?(?<name>\d+)\b")]
    private static partial Regex Adr();

    /// <summary>In a comment: ADR 0001 to ADR 0014, but not a format such as "ADR 0009".</summary>
    [GeneratedRegex(@"(?://|<!--|#).*(?<![\w:""'])(?<name>D(?:1[0-2]|[1-9]))(?![\w""'])")]
    private static partial Regex PrivateNumber();

    [GeneratedRegex(@"//.*\bpromises? (?<name>\d+)\b")]
    private static partial Regex PromiseNumber();

    [GeneratedRegex(@"^\d+\. \*\*", RegexOptions.Multiline)]
    private static partial Regex Promise();

    [GeneratedRegex(@"(?://|\*).*?(?<name>(?<![\w./-])[\w./-]+\.md)\b")]
    private static partial Regex PageInComment();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)|^\[[^\]]+\]: (?<target>\S+)", RegexOptions.Multiline)]
    private static partial Regex Link();

    [GeneratedRegex(@"```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex FencedBlock();

    [GeneratedRegex(@"^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex("""<a id="(?<id>[^"]+)">""")]
    private static partial Regex NamedAnchor();

    [GeneratedRegex(@"[^\p{L}\p{N}_ -]")]
    private static partial Regex NotInAnchor();
}
