using System.Text.RegularExpressions;
using Xunit;

namespace Connect.Tests.Repository;

/// <summary>What SECURITY.md says is proved is proved by tests that are there.</summary>
public sealed partial class SecurityDocumentTests
{
    [Fact]
    public void Every_item_names_a_test_that_exists_or_says_what_is_missing()
    {
        var rows = Row().Matches(RepositoryFiles.Read("SECURITY.md"));
        Assert.True(rows.Count >= 25, $"{rows.Count} items only.");
        var sources = RepositoryFiles
            .CSharp()
            .Where(file => RepositoryFiles.Relative(file).StartsWith("tests/", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .ToList();
        Violations.None(
            rows.Where(row => !IsHonest(row.Groups["proof"].Value, sources)).Select(row => row.Groups["item"].Value),
            "Items of SECURITY.md whose test is not there"
        );
        Assert.False(IsHonest("`SecurityDocumentTests.No_such_" + "test`", sources));
        Assert.False(IsHonest("certainly", sources));
    }

    private static bool IsHonest(string proof, List<string> sources)
    {
        var tests = TestName().Matches(proof);
        return tests.Count == 0
            ? proof.StartsWith("not met", StringComparison.Ordinal) || proof == "not tested"
            : tests.All(test =>
                sources.Any(source =>
                    source.Contains($" class {test.Groups["class"].Value}", StringComparison.Ordinal)
                    && source.Contains($" {test.Groups["method"].Value}(", StringComparison.Ordinal)
                )
            );
    }

    [GeneratedRegex(@"^\| (?<item>V[\d.]+) \|[^|]*\|[^|]*\| (?<proof>[^|]*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<class>\w+)\.(?<method>\w+)`")]
    private static partial Regex TestName();
}
