using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Connect.Tests.Repository;

/// <summary>
/// The scenarios that all client libraries share: their words are explained, known to both runners, and used; neither
/// runner chooses among them.
/// </summary>
public sealed partial class ContractFileTests
{
    private const string File = "tests/contract/scenarios.json";
    private const string DotNet = "tests/Connect.Cluster.Tests/Contract";
    private const string Web = "web/sdk/test";

    [Theory]
    [InlineData("do", "Deeds")]
    [InlineData("expect", "Expectations")]
    public void Each_word_is_explained_known_to_both_runners_and_used(string kind, string name)
    {
        var used = Steps().Where(step => step.TryGetProperty(kind, out _)).Select(step => step.GetProperty(kind));
        var words = used.Select(word => word.GetString()!).ToHashSet();
        Assert.NotEmpty(words);
        Assert.Equal(words.Order(), Explained(kind).Order());
        var dotNet = RepositoryFiles.Read($"{DotNet}/ContractRun.{name}.cs");
        Assert.Equal(words.Order(), DotNetKey().Matches(dotNet).Select(match => match.Groups[1].Value).Order());
        var web = RepositoryFiles.Read($"{Web}/contract{name}.ts");
        Assert.Equal(words.Order(), WebKey().Matches(TableOf(web)).Select(match => match.Groups[1].Value).Order());
    }

    [Fact]
    public void No_runner_knows_a_scenario_by_its_name_or_leaves_one_out()
    {
        var names = Scenarios().Select(scenario => scenario.GetProperty("name").GetString()!).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        var runners = RepositoryFiles
            .All()
            .Where(file => IsRunner(RepositoryFiles.Relative(file)))
            .ToDictionary(RepositoryFiles.Relative, System.IO.File.ReadAllText);
        Assert.Contains($"{DotNet}/ContractTests.cs", runners.Keys);
        Assert.Contains($"{Web}/contract.test.ts", runners.Keys);
        foreach (var (file, text) in runners)
        {
            Assert.All(names, name => Assert.False(text.Contains(name, StringComparison.Ordinal), $"{file}: {name}"));
            Assert.False(Skipping().IsMatch(text), $"{file} leaves something out: {Skipping().Match(text)}");
        }

        Assert.Contains("Scenario.All.Select", runners[$"{DotNet}/ContractTests.cs"], StringComparison.Ordinal);
        Assert.Contains("test.for(scenarios)", runners[$"{Web}/contract.test.ts"], StringComparison.Ordinal);
    }

    private static bool IsRunner(string file) =>
        file.StartsWith($"{DotNet}/", StringComparison.Ordinal)
        || file.StartsWith($"{Web}/contract", StringComparison.Ordinal);

    private static List<JsonElement> Scenarios() =>
        [.. JsonDocument.Parse(RepositoryFiles.Read(File)).RootElement.EnumerateArray()];

    private static IEnumerable<JsonElement> Steps() =>
        Scenarios().SelectMany(scenario => scenario.GetProperty("steps").EnumerateArray());

    /// <summary>The words of the table: <c>do: one</c> / <c>other</c>.</summary>
    private static IEnumerable<string> Explained(string kind) =>
        RepositoryFiles
            .TableRows(RepositoryFiles.Read("tests/contract/README.md"))
            .Select(row => row[0])
            .Where(cell => cell.StartsWith($"`{kind}: ", StringComparison.Ordinal))
            .SelectMany(cell => Word().Matches(cell.Split(',')[0]).Select(match => match.Groups[1].Value));

    /// <summary>The one table of a file of the TypeScript runner.</summary>
    private static string TableOf(string text) => text[text.IndexOf("= ", StringComparison.Ordinal)..];

    [GeneratedRegex(@"`(?:do: |expect: )?([a-z_]+)`")]
    private static partial Regex Word();

    [GeneratedRegex(@"^ {8}\[""([a-z_]+)""\] =", RegexOptions.Multiline)]
    private static partial Regex DotNetKey();

    [GeneratedRegex(@"^ {4}([a-z_]+)(?::|,$)", RegexOptions.Multiline)]
    private static partial Regex WebKey();

    [GeneratedRegex(@"\bSkip\b|Skip(Unless|When)|\.only\b|\.todo\b|test\.skip|\.slice\(|\bTake\(")]
    private static partial Regex Skipping();
}
