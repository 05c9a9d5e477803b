using System.Text.Json;
using Connect.LoadGen.Load;
using Xunit;

namespace Connect.Tests.LoadGen;

public sealed class LoadReportTests
{
    private static readonly LoadFigures Figures = new(100, 1900, 30, 20, 0.5, 1, 9, 12, 0.5, 4, 19_000);

    private static readonly LoadReport Good = new(
        new LoadPlan(
            LoadScenario.Group(2, 20, 4, 200),
            new(1, 0, TimeSpan.Zero, TimeSpan.FromSeconds(10)),
            "connect-server",
            [],
            true,
            true
        ),
        Figures,
        Figures with
        {
            P99 = 3,
        },
        Figures with
        {
            ServerCpu = 12,
        },
        1000,
        0,
        0,
        0,
        0,
        0,
        []
    );

    [Fact]
    public void A_report_is_one_line_of_json_with_the_ratio_to_the_relay()
    {
        var text = Good.ToString();
        Assert.DoesNotContain('\n', text);
        var line = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal("group-20", line.GetProperty("scenario").GetString());
        Assert.Equal(40, line.GetProperty("connections").GetInt32());
        Assert.Equal(1900, line.GetProperty("deliveries_per_second").GetDouble());
        Assert.Equal(30, line.GetProperty("server_us_per_delivery").GetDouble());
        Assert.Equal(2.5, line.GetProperty("cpu_ratio").GetDouble());
        Assert.Equal(3, line.GetProperty("half_p99_ms").GetDouble());
        Assert.Equal(0, line.GetProperty("lost").GetInt64());
    }

    [Fact]
    public async Task Only_a_run_without_a_violation_ends_with_0()
    {
        Assert.Equal(0, await PrintAsync(Good));
        LoadReport[] bad =
        [
            Good with
            {
                Lost = 1,
            },
            Good with
            {
                Duplicated = 1,
            },
            Good with
            {
                OutOfOrder = 1,
            },
            Good with
            {
                Refused = 1,
            },
            Good with
            {
                Sent = 0,
            },
            Good with
            {
                Connect = Figures with { Measured = 0 },
            },
        ];
        foreach (var report in bad)
        {
            Assert.Equal(1, await PrintAsync(report));
        }
    }

    private static Task<int> PrintAsync(LoadReport report) =>
        LoadCommands.PrintAsync(report, TextWriter.Null, TextWriter.Null);

    [Fact]
    public void The_table_has_a_row_for_each_and_names_what_is_broken()
    {
        var lines = QuickBench.Table([Good, Good with { Lost = 1 }]).ToList();
        Assert.Equal(3, lines.Count);
        Assert.EndsWith("clean", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("BROKEN", lines[2], StringComparison.Ordinal);
    }
}
