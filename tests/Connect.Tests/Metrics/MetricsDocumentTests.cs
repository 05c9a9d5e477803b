using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Connect.Contracts.Storage;
using Connect.Conversations.Sending;
using Connect.Conversations.Sweeping;
using Connect.Gateway.Metrics;
using Connect.Server.Hosting;
using Connect.Server.Metrics;
using Connect.Tests.Repository;
using Xunit;

namespace Connect.Tests.Metrics;

/// <summary>What operators read of the metrics is what the code counts.</summary>
public sealed partial class MetricsDocumentTests
{
    [Fact]
    public void The_table_of_metrics_is_that_of_the_code()
    {
        var counted = Instruments()
            .Select(each => $"`{each.Name}` | {KindOf(each)} | `{each.Unit}` | {each.Description}")
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.True(counted.Count >= 10, $"{counted.Count} instruments were found.");
        Assert.Contains(counted, each => each.Contains("connect.index_rows.swept", StringComparison.Ordinal));
        var told = MetricRow()
            .Matches(RepositoryFiles.Read("docs/operations.md"))
            .Select(each => each.Groups["row"].Value)
            .Order(StringComparer.Ordinal);
        Assert.Equal(counted, told);
    }

    [Fact]
    public void Every_instrument_of_the_sources_is_found_by_this_test()
    {
        var found = Instruments().Count;
        var made = RepositoryFiles
            .CSharp()
            .Where(each => RepositoryFiles.Relative(each).StartsWith("src/", StringComparison.Ordinal))
            .Sum(each => Creation().Count(File.ReadAllText(each)));
        Assert.Equal(made, found);
    }

    [Fact]
    public void The_meters_that_are_sent_are_named() =>
        Assert.All(
            NodeMetrics.Meters,
            each => Assert.Contains($"`{each}`", RepositoryFiles.Read("docs/operations.md"), StringComparison.Ordinal)
        );

    /// <summary>Names as OpenTelemetry asks for: dots between, small letters, and a unit of UCUM.</summary>
    [Fact]
    public void Names_and_units_are_as_others_write_them()
    {
        Assert.All(
            Instruments(),
            each =>
            {
                Assert.Matches("^connect(\\.[a-z]+(_[a-z]+)*)+$", each.Name);
                Assert.Matches("^(s|By|\\{[a-z]+\\})$", each.Unit!);
                Assert.EndsWith(".", each.Description, StringComparison.Ordinal);
                Assert.Equal("Connect", each.Meter.Name);
            }
        );
    }

    /// <summary>All instruments, those of objects first.</summary>
    private static List<Instrument> Instruments()
    {
        using var gateway = new GatewayMetrics();
        using var sends = new SendMetrics(TimeProvider.System);
        using var reads = new StoreReadMetrics();
        return
        [
            .. new object[] { gateway, sends, reads }.SelectMany(MeterInstruments.All),
            .. Types().SelectMany(MeterInstruments.AllStatic),
        ];
    }

    private static IEnumerable<Type> Types() =>
        new[] { typeof(GatewayMetrics), typeof(IndexSweepOptions), typeof(PassedOver) }
            .SelectMany(each => each.Assembly.GetTypes())
            .Where(IsPlain);

    private static bool IsPlain(Type type) => type is { IsClass: true, ContainsGenericParameters: false };

    private static string KindOf(Instrument instrument) =>
        instrument.GetType().Name.Split('`')[0] switch
        {
            "Counter" => "counter",
            "UpDownCounter" => "up and down",
            "Histogram" => "histogram",
            "ObservableGauge" => "gauge",
            var other => throw new NotSupportedException(other),
        };

    [GeneratedRegex(@"^\| (?<row>`connect\.[^\n]*) \|$", RegexOptions.Multiline)]
    private static partial Regex MetricRow();

    [GeneratedRegex(@"\.Create(?:Counter|UpDownCounter|Histogram|Gauge|Observable\w+)<")]
    private static partial Regex Creation();
}
