using Connect.LoadGen.Load;

namespace Connect.LoadGen.Beside;

/// <summary>A case with the work it does.</summary>
/// <param name="Scenario">Who writes to whom.</param>
/// <param name="Window">Messages of a sender on their way at once.</param>
/// <param name="Amount">How many messages are sent.</param>
internal sealed record BesideLoad(LoadScenario Scenario, int Window, LoadAmount Amount);

/// <summary>What is run on both builds.</summary>
/// <param name="Loads">In this order, on each server.</param>
/// <param name="Runs">Servers of each build, one after the other.</param>
/// <param name="Settings">Of both servers, as <c>--Name=value</c>.</param>
internal sealed record BesidePlan(IReadOnlyList<BesideLoad> Loads, int Runs, IReadOnlyList<string> Settings);

/// <summary>
/// Runs all cases on fresh servers of two builds in turn. Each run of a case sends the same number of messages, in the
/// warm-up as well.
/// </summary>
internal sealed class BesideRun(BesidePlan plan, string program, string otherProgram)
{
    /// <summary>For a machine that is far slower, or too busy to measure anything.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <summary>This, other, other, this, and so on: a drift of the machine's speed falls on both alike.</summary>
    public static IEnumerable<Build> Order(int runs) =>
        Enumerable
            .Range(0, runs)
            .SelectMany(run => run % 2 == 0 ? new[] { Build.This, Build.Other } : [Build.Other, Build.This]);

    public static string NameOf(LoadScenario scenario, int window) => $"{scenario.Name}, window {window}";

    /// <summary>Each report comes as soon as it is there.</summary>
    public async IAsyncEnumerable<(int Run, Build Build, LoadReport Report)> RunAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var (number, build) in Order(plan.Runs).Index())
        {
            var server = build == Build.This ? program : otherProgram;
            await using var target = await ConnectTarget.StartAsync(server, plan.Settings, cancellationToken);
            foreach (var load in plan.Loads)
            {
                var phase = new LoadPhase(load.Window, 0, Longest, Longest) { Amount = load.Amount };
                var report = await LoadComparison.MeasureAsync(
                    new(load.Scenario, phase, server, plan.Settings, WithRelay: false, WithHalf: false),
                    target,
                    relay: null,
                    cancellationToken
                );
                yield return (1 + (number / 2), build, report);
            }
        }
    }
}
