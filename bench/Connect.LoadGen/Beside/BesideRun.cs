using Connect.LoadGen.Load;

namespace Connect.LoadGen.Beside;

/// <summary>What is run on both builds.</summary>
/// <param name="Cases">In this order, on each server.</param>
/// <param name="Runs">Servers of each build, one after the other.</param>
/// <param name="WarmUp">Of the first case on a fresh server.</param>
/// <param name="ShortWarmUp">Of each further one.</param>
/// <param name="Duration">How long a case is measured in the first run.</param>
/// <param name="Settings">Of both servers, as <c>--Name=value</c>.</param>
internal sealed record BesidePlan(
    IReadOnlyList<(LoadScenario Scenario, int Window)> Cases,
    int Runs,
    TimeSpan WarmUp,
    TimeSpan ShortWarmUp,
    TimeSpan Duration,
    IReadOnlyList<string> Settings
);

/// <summary>
/// Runs all cases on fresh servers of two builds in turn. The first run goes by the clock and so finds how many
/// messages fit on this machine; every further one, of either build, sends just as many.
/// </summary>
internal sealed class BesideRun(BesidePlan plan, string program, string otherProgram)
{
    private readonly Dictionary<string, LoadAmount> _amounts = [];

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
            foreach (var (place, (scenario, window)) in plan.Cases.Index())
            {
                var name = NameOf(scenario, window);
                var warmUp = place == 0 ? plan.WarmUp : plan.ShortWarmUp;
                var phase = new LoadPhase(window, 0, warmUp, plan.Duration)
                {
                    Amount = _amounts.GetValueOrDefault(name),
                };
                var report = await LoadComparison.MeasureAsync(
                    new(scenario, phase, server, plan.Settings, WithRelay: false, WithHalf: false),
                    target,
                    relay: null,
                    cancellationToken
                );
                _amounts.TryAdd(name, report.Connect.Amount);
                yield return (1 + (number / 2), build, report);
            }
        }
    }
}
