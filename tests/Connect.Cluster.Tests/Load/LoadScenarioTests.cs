using Connect.Cluster.Tests.Processes;
using Connect.LoadGen.Beside;
using Connect.LoadGen.Load;
using Xunit;

namespace Connect.Cluster.Tests.Load;

/// <summary>The scenarios of <c>connect-load</c> on a real server beside a real relay, each for a moment.</summary>
public sealed class LoadScenarioTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(700);

    [Fact]
    public async Task Pairs_in_a_closed_loop_are_clean_and_compared_with_the_relay()
    {
        var report = await RunAsync(LoadScenario.Direct(5, 200), new(4, 0, Short, Short), withRelay: true);
        Assert.True(report.Ratio > 0 && report.Relay!.Deliveries > report.Connect.Deliveries, report.ToString());
        Assert.True(report.Half is { Measured: > 0 }, report.ToString());
    }

    [Fact]
    public async Task A_group_in_an_open_loop_gets_what_is_due()
    {
        var report = await RunAsync(LoadScenario.Group(1, 5, 5, 200), new(0, 100, Short, Short), withRelay: false);
        Assert.InRange(report.Connect.Messages, 60, 140);
        Assert.InRange(report.Connect.Deliveries, 200, 600);
    }

    [Fact]
    public async Task Two_builds_side_by_side_send_as_many_messages_in_every_run()
    {
        var plan = new BesidePlan(
            [new(LoadScenario.Direct(3, 200), 2, new(20, 100)), new(LoadScenario.Group(1, 5, 2, 200), 1, new(20, 100))],
            1,
            []
        );
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(2));
        var runs = new List<(int Run, Build Build, LoadReport Report)>();
        await foreach (
            var run in new BesideRun(plan, ServerPrograms.Plain, ServerPrograms.Plain).RunAsync(deadline.Token)
        )
        {
            Assert.True(run.Report.IsClean, $"{run.Report} {string.Join("; ", run.Report.Problems)}");
            runs.Add(run);
        }

        Assert.Equal([Build.This, Build.This, Build.Other, Build.Other], runs.Select(run => run.Build));
        Assert.All(runs, run => Assert.True(run.Report.Connect.Amount.Messages >= 100, $"{run.Report}"));
        Assert.Equal(
            2,
            BesideReport.Of(runs.Select(run => BesideCommand.SampleOf(run.Build, run.Report)), 9).Cases.Count
        );
    }

    private static async Task<LoadReport> RunAsync(LoadScenario scenario, LoadPhase phase, bool withRelay)
    {
        var plan = new LoadPlan(scenario, phase, ServerPrograms.Plain, [], withRelay, WithHalf: withRelay);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(2));
        var report = await LoadComparison.RunAsync(plan, deadline.Token);
        Assert.True(report.IsClean, $"{report} {string.Join("; ", report.Problems)}");
        return report;
    }
}
