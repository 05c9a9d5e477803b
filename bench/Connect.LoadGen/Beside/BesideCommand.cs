using System.CommandLine;
using System.Text.Json.Nodes;
using Connect.LoadGen.Load;

namespace Connect.LoadGen.Beside;

/// <summary><c>connect-load beside</c>: the cases of <c>quick</c> on two builds of the server, interleaved.</summary>
internal static class BesideCommand
{
    private const string Program = "connect-server";

    /// <summary>In lengths of a measurement: on a fresh server, while code is compiled, and for later cases.</summary>
    private const double WarmUp = 2;
    private const double ShortWarmUp = 0.7;

    /// <summary>
    /// Messages per second of the cases of quick on two processors. They turn seconds into a number of messages that
    /// is the same at each call.
    /// </summary>
    private static readonly double[] Rates = [10_000, 60_000, 4_500, 600];

    private static readonly Argument<string> Other = new("path")
    {
        Description = "The other build: its connect-server, or the folder that holds it.",
    };

    private static readonly Option<FileInfo> Server = new("--server")
    {
        Description = "The connect-server of this build.",
        Required = true,
    };

    private static readonly Option<int> Runs = new("--runs")
    {
        Description = "How often each build is run; the medians count.",
        DefaultValueFactory = _ => 5,
    };

    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "How long each case is measured on two idle processors; elsewhere it sends as many messages.",
        DefaultValueFactory = _ => 3,
    };

    private static readonly Option<double> Limit = new("--limit")
    {
        Description = "The highest ratio of CPU per message that passes.",
        DefaultValueFactory = _ => 1.05,
    };

    private static readonly Option<string[]> Set = new("--set")
    {
        Description = "A setting of both servers, as Name=value.",
        DefaultValueFactory = _ => [],
    };

    public static Command Create()
    {
        var command = new Command("beside", "The cases of quick on two builds, interleaved: CPU per message compared.")
        {
            Other,
            Server,
            Runs,
            Seconds,
            Limit,
            Set,
        };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>The program that a path means; null when there is none.</summary>
    public static string? FindProgram(string path)
    {
        var program = Directory.Exists(path) ? Path.Combine(path, Program) : path;
        return File.Exists(program) ? Path.GetFullPath(program) : null;
    }

    internal static IReadOnlyList<BesideLoad> Loads(double seconds) =>
        [
            .. QuickBench.Cases.Zip(
                Rates,
                (each, rate) =>
                {
                    var warmUp = rate == Rates[0] ? WarmUp : ShortWarmUp;
                    return new BesideLoad(
                        each.Scenario,
                        each.Window,
                        new((long)(warmUp * seconds * rate), (long)(seconds * rate))
                    );
                }
            ),
        ];

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (runs, seconds) = (arguments.GetValue(Runs), arguments.GetValue(Seconds));
        if (runs < 1 || !(seconds > 0))
        {
            await Console.Error.WriteLineAsync("--runs and --seconds must be above 0.");
            return 2;
        }

        if (FindProgram(arguments.GetValue(Other)!) is not { } other)
        {
            await Console.Error.WriteLineAsync($"There is no {Program} at {arguments.GetValue(Other)}.");
            return 2;
        }

        var plan = new BesidePlan(Loads(seconds), runs, [.. arguments.GetValue(Set)!.Select(each => "--" + each)]);
        var run = new BesideRun(plan, arguments.GetValue(Server)!.FullName, other);
        var samples = new List<BesideSample>();
        await foreach (var (number, build, report) in run.RunAsync(cancellationToken))
        {
            samples.Add(SampleOf(build, report));
            await PrintAsync(number, samples[^1], report);
        }

        var verdict = BesideReport.Of(samples, arguments.GetValue(Limit));
        await Console.Error.WriteLineAsync();
        foreach (var line in verdict.Table())
        {
            await Console.Error.WriteLineAsync(line);
        }

        return verdict.Passes ? 0 : 1;
    }

    internal static BesideSample SampleOf(Build build, LoadReport report) =>
        new(
            BesideRun.NameOf(report.Plan.Scenario, report.Plan.Phase.Window),
            build,
            report.Connect.ServerCpu * report.Plan.Scenario.Receivers,
            report.Connect.Messages,
            report.IsClean
        );

    private static async Task PrintAsync(int number, BesideSample sample, LoadReport report)
    {
        foreach (var problem in report.Problems)
        {
            await Console.Error.WriteLineAsync(problem);
        }

        var line = new JsonObject
        {
            ["build"] = sample.Build == Build.This ? "this" : "other",
            ["run"] = number,
            ["messages"] = report.Connect.Amount.Messages,
            ["server_us_per_message"] = Math.Round(sample.CpuPerMessage, 2),
        };
        foreach (var (name, value) in report.ToJson())
        {
            line[name] = value?.DeepClone();
        }

        line["seconds"] = Math.Round(report.Connect.Amount.Messages / report.Connect.Messages, 2);
        await Console.Out.WriteLineAsync(line.ToJsonString());
    }
}
