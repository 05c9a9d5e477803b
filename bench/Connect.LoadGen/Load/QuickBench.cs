using System.CommandLine;
using System.Globalization;

namespace Connect.LoadGen.Load;

/// <summary><c>connect-load quick</c>: the four figures of a machine in less than five minutes.</summary>
internal static class QuickBench
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    private const int TextLength = 200;

    private static readonly (LoadScenario Scenario, int Window)[] Cases =
    [
        (LoadScenario.Direct(100, TextLength), 1),
        (LoadScenario.Direct(100, TextLength), 16),
        (LoadScenario.Group(10, 20, 4, TextLength), 1),
        (LoadScenario.Group(1, 500, 16, TextLength), 1),
    ];

    public static Command Create(Option<FileInfo> server, Option<string[]> set)
    {
        var command = new Command("quick", "Direct at window 1 and 16, groups of 20 and of 500, each beside the relay.")
        {
            server,
            set,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                RunAsync(
                    arguments.GetValue(server)!.FullName,
                    [.. arguments.GetValue(set)!.Select(each => "--" + each)],
                    cancellationToken
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        string server,
        IReadOnlyList<string> settings,
        CancellationToken cancellationToken
    )
    {
        var reports = new List<LoadReport>();
        var code = 0;
        foreach (var (scenario, window) in Cases)
        {
            var plan = new LoadPlan(scenario, new(window, 0, WarmUp, Duration), server, settings, true, true);
            reports.Add(await LoadComparison.RunAsync(plan, cancellationToken));
            code = Math.Max(code, await LoadCommands.PrintAsync(reports[^1]));
        }

        await Console.Error.WriteLineAsync();
        foreach (var line in Table(reports))
        {
            await Console.Error.WriteLineAsync(line);
        }

        return code;
    }

    /// <summary>The same for people.</summary>
    internal static IEnumerable<string> Table(IEnumerable<LoadReport> reports)
    {
        yield return "scenario    window  messages/s  deliveries/s   P50 ms   P99 ms  P99 half  CPU us  relay us  ratio  checks";
        foreach (var report in reports)
        {
            var (plan, connect) = (report.Plan, report.Connect);
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{plan.Scenario.Name, -10} {plan.Phase.Window, 7} {connect.Messages, 11:0} {connect.Deliveries, 13:0} {connect.P50, 8:0.0} {connect.P99, 8:0.0} {report.Half?.P99 ?? 0, 9:0.0} {connect.ServerCpu, 7:0.0} {report.Relay?.ServerCpu ?? 0, 9:0.0} {report.Ratio ?? 0, 6:0.00}  {(report.IsClean ? "clean" : "BROKEN")}"
            );
        }
    }
}
