using Connect.Server.Configuration;
using Xunit;

namespace Connect.Tests.Repository;

/// <summary>An operator finds every setting in docs/operations.md, with what the code says of it.</summary>
public sealed class SettingsDocumentTests
{
    [Fact]
    public void The_table_of_settings_is_as_the_code_writes_it()
    {
        var table = SettingDocument.WriteMarkdown();
        Assert.Contains("| `Tls:CertificateFile` |", table, StringComparison.Ordinal);
        Assert.True(
            RepositoryFiles
                .Read("docs/operations.md")
                .Contains($"<!-- settings -->\n{table}<!-- end of settings -->\n", StringComparison.Ordinal),
            "The settings in docs/operations.md are not those of the code: run ./dev docs"
        );
    }

    [Fact]
    public void Every_setting_says_what_it_means_and_every_number_what_is_allowed() =>
        Violations.None(
            SettingList
                .All.Where(each => each.Meaning.Length == 0 || (each.Kind is "number" or "time" && each.Allowed == ""))
                .Select(each => each.Name),
            "Give its property a [Description] and, if it is a number or a time, a [Range]; then ./dev docs"
        );
}
