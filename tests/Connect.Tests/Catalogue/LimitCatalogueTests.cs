using System.Text.RegularExpressions;
using Connect.Server.Limits;
using Connect.Tests.Repository;
using Xunit;

namespace Connect.Tests.Catalogue;

/// <summary>The list of limits is complete, true and proved.</summary>
public sealed partial class LimitCatalogueTests
{
    /// <summary>Types whose every constant bounds something.</summary>
    private static readonly string[] WholeTypes =
    [
        "ProtocolLimits",
        "PasswordRules",
        "Username",
        "TokenLifetimes",
        "DeviceLogins",
        "TlsListeners",
        "HttpJsonContext",
    ];

    [Fact]
    public void Whatever_may_be_a_limit_is_listed_or_has_a_reason_not_to_be()
    {
        var listed = LimitCatalogue
            .All.SelectMany(each => each.Places)
            .Select(each => each.Name)
            .ToHashSet(StringComparer.Ordinal);
        var candidates = LimitSource.All().Where(MayBeLimit).Select(each => each.Name).ToList();
        Assert.Contains("GatewayOptions.TextBytes", candidates);
        Violations.None(
            candidates.Where(each => !listed.Contains(each) && !NoLimits.Contains(each)),
            "Give each its row in src/Connect.Server/Limits, or its reason in NoLimits; then ./dev docs"
        );
    }

    [Fact]
    public void What_is_listed_as_no_limit_is_there_and_not_listed_as_one()
    {
        var all = LimitSource.All().SelectMany(each => new[] { each.Name, each.Name.Split('.')[0] + ".*" }).ToHashSet();
        var listed = LimitCatalogue.All.SelectMany(each => each.Places).Select(each => each.Name).ToHashSet();
        Violations.None(
            NoLimits.Reasons.Keys.Where(each => !all.Contains(each) || listed.Contains(each)),
            "NoLimits names what is not there, or what is a limit"
        );
    }

    [Fact]
    public void All_places_of_a_limit_have_the_same_value()
    {
        Violations.None(
            LimitCatalogue
                .All.Where(limit => limit.Places.Select(each => each.Text).Distinct().Count() != 1)
                .Select(limit => $"{limit.Sources}: {string.Join(", ", limit.Places.Select(each => each.Text))}"),
            "Limits with more than one value"
        );
    }

    [Fact]
    public void No_limit_is_listed_twice()
    {
        Violations.None(
            LimitCatalogue
                .All.SelectMany(each => each.Places)
                .GroupBy(each => each.Name)
                .Where(each => each.Count() > 1)
                .Select(each => each.Key),
            "Limits listed twice"
        );
    }

    [Fact]
    public void Every_test_that_is_named_is_there_and_runs()
    {
        Violations.None(
            LimitCatalogue
                .All.Where(limit => limit.Proofs.Count == 0 || !limit.Proofs.All(NamedTests.Exist))
                .Select(limit => $"{limit.Sources}: {limit.Tests}"),
            "Limits proved by no test, or by one that is not there or is skipped"
        );
        Assert.False(NamedTests.Exist("LimitCatalogueTests.No_such_test"));
    }

    [Fact]
    public void The_document_is_as_the_code_writes_it() =>
        Assert.True(
            LimitDocument.Write() == RepositoryFiles.Read("docs/limits.md"),
            "docs/limits.md is not what the code says: run ./dev docs"
        );

    private static bool MayBeLimit(LimitSource source)
    {
        var type = source.Name.Split('.')[0];
        return WholeTypes.Contains(type)
            || type.EndsWith("Options", StringComparison.Ordinal)
            || type.EndsWith("Limits", StringComparison.Ordinal)
            || source.Value is TimeSpan
            || LimitName().IsMatch(source.Member.Name);
    }

    [GeneratedRegex(
        "^(Max|Min|Most|Longest)|(Limit|Timeout|Deadline|Capacity|Attempts|Rate|Burst|Patience|PerSecond)$"
    )]
    private static partial Regex LimitName();
}
