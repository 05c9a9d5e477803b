using Connect.LoadGen.Beside;
using Connect.LoadGen.Load;
using Xunit;

namespace Connect.Tests.LoadGen;

public sealed class BesideReportTests
{
    [Theory]
    [InlineData(new double[] { 7 }, 7, 7, 7)]
    [InlineData(new double[] { 9, 1, 5 }, 5, 1, 9)]
    [InlineData(new double[] { 4, 1, 2, 100 }, 3, 1, 100)]
    [InlineData(new double[] { 30, 10, 50, 20, 40 }, 30, 10, 50)]
    public void The_median_is_the_middle_and_the_spread_goes_from_least_to_most(
        double[] figures,
        double median,
        double least,
        double most
    ) => Assert.Equal(new Spread(median, least, most), Spread.Of(figures));

    [Fact]
    public void There_is_no_median_of_nothing() => Assert.Throws<ArgumentException>(() => Spread.Of([]));

    [Fact]
    public void One_slow_run_does_not_change_the_ratio()
    {
        var report = Report([10, 11, 12, 13, 400], [9, 10, 12, 12, 13]);
        var only = Assert.Single(report.Cases);
        Assert.Equal((12, 12, 1.0), (only.Cpu.Median, only.OtherCpu.Median, only.Ratio));
        Assert.Equal((10, 400), (only.Cpu.Least, only.Cpu.Most));
        Assert.True(report.Passes);
    }

    [Theory]
    [InlineData(100, 100, true)]
    [InlineData(105, 100, true)]
    [InlineData(105.1, 100, false)]
    [InlineData(50, 100, true)]
    [InlineData(1, 0, false)]
    public void A_case_passes_up_to_the_limit(double cpu, double other, bool passes) =>
        Assert.Equal(passes, Report([cpu], [other]).Passes);

    [Fact]
    public void One_case_that_costs_more_fails_the_whole()
    {
        var report = BesideReport.Of([.. Samples("cheap", [1], [1]), .. Samples("dear", [2], [1])], 1.05);
        Assert.Equal(["ok", "COSTS MORE"], report.Cases.Select(report.VerdictOf));
        Assert.False(report.Passes);
        Assert.True((report with { Limit = 2 }).Passes);
    }

    [Theory]
    [InlineData("this")]
    [InlineData("other")]
    public void A_broken_promise_of_either_build_fails_however_cheap_it_was(string build)
    {
        List<BesideSample> samples = [.. Samples("direct", [1, 1, 1], [2, 2, 2])];
        var at = build == "this" ? 1 : 4;
        samples[at] = samples[at] with { IsClean = false };
        var report = BesideReport.Of(samples, 1.05);
        Assert.Equal("BROKEN", report.VerdictOf(report.Cases[0]));
        Assert.False(report.Passes);
    }

    [Fact]
    public void Nothing_measured_is_no_success() => Assert.False(BesideReport.Of([], 1.05).Passes);

    [Fact]
    public void The_builds_take_turns_and_the_first_one_changes() =>
        Assert.Equal("TOOTTO", string.Concat(BesideRun.Order(3).Select(build => $"{build}"[0])));

    [Fact]
    public void The_table_has_a_row_for_each_case_with_ratio_and_verdict()
    {
        var lines = BesideReport
            .Of([.. Samples("cheap", [1], [2]), .. Samples("dear", [3], [2])], 1.05)
            .Table()
            .ToList();
        Assert.Contains("0.500", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("ok", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("COSTS MORE", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("Failed", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Cpu_counts_for_each_message_and_not_for_each_of_its_deliveries()
    {
        var plan = new LoadPlan(
            LoadScenario.Group(1, 20, 4, 200),
            new(1, 0, TimeSpan.Zero, TimeSpan.Zero),
            "connect-server",
            [],
            false,
            false
        );
        var figures = new LoadFigures(100, 1900, 30, 20, 0.5, 1, 9, 12, 0.5, 4, 19_000);
        var clean = new LoadReport(plan, figures, null, null, 1000, 0, 0, 0, 0, 0, []);
        var sample = BesideCommand.SampleOf(Build.Other, clean);
        Assert.Equal(new("group-20, window 1", Build.Other, 30 * 19, 100, true), sample);
        Assert.False(BesideCommand.SampleOf(Build.Other, clean with { Lost = 1 }).IsClean);
    }

    [Fact]
    public void The_cases_are_those_of_quick_and_seconds_say_how_many_messages_they_take()
    {
        var (brief, usual) = (BesideCommand.Loads(1), BesideCommand.Loads(2));
        Assert.Equal(QuickBench.Cases, usual.Select(load => (load.Scenario, load.Window)));
        Assert.Equal(
            brief.Select(load => (load.Amount.WarmUp * 2, load.Amount.Messages * 2)),
            usual.Select(load => (load.Amount.WarmUp, load.Amount.Messages))
        );
        Assert.All(brief, load => Assert.True(load.Amount is { WarmUp: > 0, Messages: > 0 }));
    }

    [Fact]
    public void A_build_is_its_program_or_the_folder_that_holds_it()
    {
        var folder = Directory.CreateTempSubdirectory("beside-").FullName;
        try
        {
            Assert.Null(BesideCommand.FindProgram(folder));
            var program = Path.Combine(folder, "connect-server");
            File.WriteAllText(program, "");
            Assert.Equal(program, BesideCommand.FindProgram(folder));
            Assert.Equal(program, BesideCommand.FindProgram(program));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static BesideReport Report(double[] cpu, double[] other) =>
        BesideReport.Of(Samples("direct", cpu, other), 1.05);

    private static IEnumerable<BesideSample> Samples(string name, double[] cpu, double[] other) =>
        [
            .. cpu.Select(each => new BesideSample(name, Build.This, each, 1000, true)),
            .. other.Select(each => new BesideSample(name, Build.Other, each, 1000, true)),
        ];
}
