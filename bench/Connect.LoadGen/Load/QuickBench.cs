using System.CommandLine;
using System.Globalization;

namespace Connect.LoadGen.Load;

/// <summary><c>connect-load quick</c>: the four figures of a machine in less than five minutes.</summary>
internal static class QuickBench
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    private const int TextLength = 200;

    public static IReadOnlyList<(LoadScenario Scenario, int Window)> Cases { get; } =
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
            code = Math.Max(code, await LoadCommands.PrintAsync(reports[^1], Console.Out, Console.Error));
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
        yield return Row(
            "scenario",
            "window",
            "messages/s",
            "deliveries/s",
            "P50 ms",
            "P99 ms",
            "P99 half",
            "CPU us",
            "relay us",
            "ratio",
            "checks"
        );
        foreach (var report in reports)
        {
            var (plan, connect) = (report.Plan, report.Connect);
            yield return Row(
                plan.Scenario.Name,
                Show(plan.Phase.Window, "0"),
                Show(connect.Messages, "0"),
                Show(connect.Deliveries, "0"),
                Show(connect.P50, "0.0"),
                Show(connect.P99, "0.0"),
                Show(report.Half?.P99, "0.0"),
                Show(connect.ServerCpu, "0.0"),
                Show(report.Relay?.ServerCpu, "0.0"),
                Show(report.Ratio, "0.00"),
                report.IsClean ? "clean" : "BROKEN"
            );
        }
    }

    private static string Row(params string[] cells) =>
        cells[0].PadRight(10) + string.Concat(cells[1..].Select(cell => "  " + cell.PadLeft(10)));

    private static string Show(double? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
