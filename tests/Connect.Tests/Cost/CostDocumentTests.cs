using System.Text.RegularExpressions;
using Connect.Gateway.Connections;
using Connect.Http.Pipeline;
using Connect.Protocol.V1;
using Connect.Tests.Http;
using Connect.Tests.Repository;
using Xunit;

namespace Connect.Tests.Cost;

/// <summary>docs/cost.md names everything that can be asked, who pays for it, and the tests that measure it.</summary>
public sealed partial class CostDocumentTests
{
    private const string Everything = "everything of the caller";

    private static readonly string[] Columns =
    [
        "asked",
        "reads",
        "opens",
        "writes",
        "holds",
        "pushes",
        "paid from",
        "measured by",
    ];

    [Fact]
    public async Task Every_frame_and_every_route_has_its_row()
    {
        await using var http = await HttpPipeline.StartAsync();
        var asked = ClientFrame
            .Descriptor.Oneofs[0]
            .Fields.Select(field => field.Name)
            .Concat(http.Routes)
            .Concat(RoutesOfTheSource())
            .Append("GET " + ConnectGatewayExtensions.SocketPath)
            .Distinct();
        var rows = Rows().Select(NameOf).ToList();
        Violations.None(asked.Except(rows), "Say in docs/cost.md what it costs, who pays, and which test measures it");
        Violations.None(rows.Except(asked), "In docs/cost.md, but nobody can ask it");
        Violations.None(rows.GroupBy(row => row).Where(row => row.Count() > 1).Select(row => row.Key), "Named twice");
    }

    [Fact]
    public void Every_row_is_whole_and_names_a_test_that_is_there()
    {
        var rows = Rows().ToList();
        Assert.NotEmpty(rows);
        Violations.None(
            rows.Where(row => row.Length != Columns.Length || row.Any(cell => cell.Length == 0)).Select(row => row[0]),
            $"Each row has {Columns.Length} cells, none of them empty"
        );
        Violations.None(
            TestName()
                .Matches(RepositoryFiles.Read("docs/cost.md"))
                .Select(match => match.Groups[1].Value)
                .Where(name => !NamedTests.Exist(name)),
            "Named as a test, but there is none, or it is skipped"
        );
        Violations.None(rows.Where(row => !TestName().IsMatch(row[^1])).Select(row => row[0]), "Measured by no test");
    }

    [Fact]
    public void Every_budget_is_a_setting_with_a_limit()
    {
        var settings = SettingName()
            .Matches(RepositoryFiles.Read("docs/limits.md"))
            .Select(match => match.Groups[1].Value)
            .ToHashSet();
        Violations.None(Rows().Where(row => !SettingName().IsMatch(row[6])).Select(NameOf), "Paid from no budget");
        Violations.None(
            SettingName()
                .Matches(RepositoryFiles.Read("docs/cost.md"))
                .Select(match => match.Groups[1].Value)
                .Where(name => !settings.Contains(name)),
            "Named as a setting, but docs/limits.md has none of that name"
        );
    }

    [Fact]
    public async Task A_route_with_a_rate_of_its_own_is_said_to_be_paid_from_it()
    {
        await using var http = await HttpPipeline.StartAsync();
        var rows = Rows().ToDictionary(NameOf, row => row[6]);
        Violations.None(
            from endpoint in http.Endpoints
            let rate = endpoint.Metadata.GetMetadata<RouteRules.RateMetadata>()?.Rate
            let budget = rate is { } own ? SettingOf(own)
            : endpoint.Metadata.GetMetadata<NeedsBearer>() is not null ? "Limits:RequestsPerUser"
            : null
            where budget is not null && !rows[endpoint.Route].Contains($"`{budget}`", StringComparison.Ordinal)
            where rate is not null || !rows[endpoint.Route].Contains("`Gateway:SendRate`", StringComparison.Ordinal)
            select $"{endpoint.Route}: {budget}",
            "Paid from a budget that its row does not name"
        );
    }

    [Fact]
    public void What_is_measured_by_size_has_its_row_and_the_row_names_what_it_grows_with()
    {
        var rows = Rows().ToDictionary(NameOf, row => string.Join(" | ", row[1..6]));
        Violations.None(
            Operations.All.Select(each => each.Name).Where(name => !rows.ContainsKey(name)),
            "Measured, but not in docs/cost.md"
        );
        Violations.None(
            from operation in Operations.All
            where !rows[operation.Name].Contains(Everything, StringComparison.Ordinal)
            from size in operation.GrowsWith
            where
                Sizes.LetterOf(size) is not { } letter
                || !rows[operation.Name].Contains($"`{letter}`", StringComparison.Ordinal)
            select $"{operation.Name}: {size}",
            "Grows with something that its row does not name"
        );
    }

    private static string SettingOf(HttpRate rate) =>
        rate switch
        {
            HttpRate.Registrations => "Limits:RegistrationsPerAddress",
            HttpRate.Lookups => "Limits:LookupsPerUser",
            HttpRate.Exports => "Limits:ExportsPerUser",
            _ => "Limits:ReadsPerUser",
        };

    /// <summary>Routes mapped by name anywhere: the pipeline of the tests lacks those of the program.</summary>
    private static IEnumerable<string> RoutesOfTheSource() =>
        RepositoryFiles
            .CSharp()
            .Where(file => RepositoryFiles.Relative(file).StartsWith("src/", StringComparison.Ordinal))
            .SelectMany(file => MappedRoute().Matches(File.ReadAllText(file)))
            .Select(match => $"{match.Groups[1].Value.ToUpperInvariant()} {match.Groups[2].Value}");

    private static string NameOf(string[] row) => row[0].Trim('`');

    private static IEnumerable<string[]> Rows() =>
        RepositoryFiles
            .Read("docs/cost.md")
            .Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex("`([A-Z][A-Za-z]+:[A-Z][A-Za-z:]+)`")]
    private static partial Regex SettingName();

    [GeneratedRegex("""Map(Get|Post|Put|Patch|Delete)\(\s*"(/[^"]*)["]""")]
    private static partial Regex MappedRoute();
}
