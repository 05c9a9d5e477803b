using System.Text.RegularExpressions;

namespace Connect.Tests.Repository;

/// <summary>Tests that documents and lists name as <c>Class.Method</c>.</summary>
internal static partial class NamedTests
{
    private static readonly string[] Files =
    [
        .. RepositoryFiles
            .CSharp()
            .Where(each => RepositoryFiles.Relative(each).StartsWith("tests/", StringComparison.Ordinal)),
    ];

    /// <summary>Whether there is such a test, and it is not skipped.</summary>
    public static bool Exist(string name) =>
        name.Split('.') is [var type, var method]
        && Files.Where(each => Path.GetFileName(each) == type + ".cs").Any(file => HasTest(file, method));

    private static bool HasTest(string file, string method)
    {
        var text = File.ReadAllText(file);
        var at = text.IndexOf($" {method}(", StringComparison.Ordinal);
        // The attributes of a test stand between it and the end of the member before.
        var attributes = at < 0 ? "" : text[text.LastIndexOfAny(['}', ';', '{'], at)..at];
        return FactOrTheory().IsMatch(attributes) && !attributes.Contains("Skip", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\[(Fact|Theory)\b")]
    private static partial Regex FactOrTheory();
}
