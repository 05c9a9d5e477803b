using System.Text.RegularExpressions;
using Xunit;

namespace Connect.Tests.Repository;

/// <summary>An operator finds every setting of the server in docs/operations.md.</summary>
public sealed partial class SettingsDocumentTests
{
    [Fact]
    public void Every_setting_of_the_server_is_described()
    {
        var settings = SettingsOf("ServerOptions", "").ToList();
        Assert.Contains("Tls:CertificateFile", settings);
        var operations = RepositoryFiles.Read("docs/operations.md");
        Violations.None(
            settings.Where(s => !operations.Contains($"`{s}`", StringComparison.Ordinal)),
            "Settings that docs/operations.md does not describe"
        );
    }

    private static IEnumerable<string> SettingsOf(string type, string prefix)
    {
        foreach (Match setting in Setting().Matches(RepositoryFiles.Read(FileOf(type))))
        {
            var (kind, name) = (setting.Groups["type"].Value, setting.Groups["name"].Value);
            if (!kind.EndsWith("Options", StringComparison.Ordinal))
            {
                yield return prefix + name;
                continue;
            }

            foreach (var inner in SettingsOf(kind, $"{prefix}{name}:"))
            {
                yield return inner;
            }
        }
    }

    /// <summary>Some are the server's, some those of the part that is set.</summary>
    private static string FileOf(string type) =>
        RepositoryFiles.CSharp().Single(file => Path.GetFileName(file) == $"{type}.cs");

    private static string SourceOf(string type) =>
        File.ReadAllText(RepositoryFiles.CSharp().Single(f => Path.GetFileName(f) == type + ".cs"));

    [GeneratedRegex(@"public (?<type>[\w?<>]+) (?<name>\w+) \{ get; (?:set; )?\}")]
    private static partial Regex Setting();
}
