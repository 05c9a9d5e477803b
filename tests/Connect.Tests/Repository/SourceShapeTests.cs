using System.Text.RegularExpressions;
using Xunit;

namespace Connect.Tests.Repository;

/// <summary>What keeps the sources readable, as far as it can be counted.</summary>
public sealed partial class SourceShapeTests
{
    private const int MaxFileLines = 500;
    private const int MaxMethodLines = 70;

    /// <summary>A table of cases is read row by row.</summary>
    private const int MaxMethodLinesInTests = 90;
    private const int MaxColumns = 120;

    private static readonly List<string> Sources = RepositoryFiles.CSharp().ToList();

    [Fact]
    public void No_file_is_longer_than_500_lines()
    {
        Assert.True(Sources.Count > 50, "The sources were not found.");
        Violations.None(
            from file in Sources
            let lines = File.ReadLines(file).Count()
            where lines > MaxFileLines
            select $"{RepositoryFiles.Relative(file)}: {lines} lines",
            $"Files of more than {MaxFileLines} lines"
        );
    }

    [Fact]
    public void No_line_is_wider_than_120_columns() =>
        Violations.None(
            from file in Sources
            from line in File.ReadLines(file).Select((text, at) => (text, at))
            where line.text.Length > MaxColumns
            select $"{RepositoryFiles.Relative(file)}:{line.at + 1}: {line.text.Length} columns",
            $"Lines of more than {MaxColumns} columns"
        );

    [Fact]
    public void No_method_is_longer_than_70_lines() =>
        Violations.None(
            from file in Sources
            from body in MethodBodies.Of(File.ReadAllLines(file))
            where body.Lines > (IsTest(file) ? MaxMethodLinesInTests : MaxMethodLines)
            select $"{RepositoryFiles.Relative(file)}:{body.FirstLine}: {body.Lines} lines",
            $"Methods of more than {MaxMethodLines} lines, or in tests {MaxMethodLinesInTests}"
        );

    [Fact]
    public void The_measure_of_methods_sees_a_method_in_a_nested_type()
    {
        string[] source =
        [
            "namespace A;",
            "public sealed class B",
            "{",
            "    private sealed record C(int X)",
            "    {",
            "        public void M()",
            "        {",
            "            if (X > 0)",
            "            {",
            "            }",
            "        }",
            "    }",
            "}",
        ];
        var body = Assert.Single(MethodBodies.Of(source));
        Assert.Equal((7, 5), (body.FirstLine, body.Lines));
    }

    [Fact]
    public void A_file_has_one_public_class_and_bears_its_name() =>
        Violations.None(
            from file in Sources
            where !IsTest(file)
            let types = PublicClass()
                .Matches(File.ReadAllText(file))
                .Select(m => m.Groups["name"].Value)
                .Where(name => !name.EndsWith("Exception", StringComparison.Ordinal))
                .ToList()
            where types.Count > 1 || (types.Count == 1 && Path.GetFileName(file).Split('.')[0] != types[0])
            select $"{RepositoryFiles.Relative(file)}: {string.Join(", ", types)}",
            "Files with more than one public class, or named otherwise than it"
        );

    [Fact]
    public void A_namespace_is_the_project_and_the_folder() =>
        Violations.None(
            from file in Sources
            let relative = RepositoryFiles.Relative(file)
            let name = Namespace().Match(File.ReadAllText(file)).Groups["name"].Value
            let folder = Path.GetDirectoryName(relative)!.Split('/', '\\').Skip(1).ToArray()
            let expected = string.Join('.', folder)
            // The public API of the SDK is one namespace, in whichever folder a type stands.
            where name.Length > 0 && name != expected && !(folder[0] == "Connect.Client" && name == folder[0])
            select $"{relative}: {name} instead of {expected}",
            "Namespaces that are not project and folder"
        );

    [Fact]
    public void No_name_says_nothing()
    {
        string[] empty = ["Common", "Core", "Shared", "Utils", "Util", "Helpers", "Helper", "Misc"];
        Violations.None(
            RepositoryFiles
                .All()
                .Select(RepositoryFiles.Relative)
                .Where(f => f.Split('/', '.').Any(part => empty.Contains(part, StringComparer.OrdinalIgnoreCase))),
            "Files and folders with a name that says nothing"
        );
    }

    private static bool IsTest(string file) =>
        RepositoryFiles.Relative(file).StartsWith("tests/", StringComparison.Ordinal);

    [GeneratedRegex(
        @"^public (?:(?:static|sealed|abstract|partial|unsafe) )*class (?<name>\w+)",
        RegexOptions.Multiline
    )]
    private static partial Regex PublicClass();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
