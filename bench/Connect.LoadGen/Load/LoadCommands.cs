using System.CommandLine;

namespace Connect.LoadGen.Load;

/// <summary><c>connect-load direct</c>, <c>group</c> and <c>quick</c>.</summary>
internal static class LoadCommands
{
    private static readonly Option<FileInfo> Server = new("--server")
    {
        Description = "The server program; it is started with a folder of its own.",
        Required = true,
    };

    private static readonly Option<int> Window = Number("--window", 1, "Messages of a sender on their way at once.");

    private static readonly Option<double> Rate = new("--rate")
    {
        Description =
            "Messages per second of all senders, whatever comes back (an open loop). Without it the next "
            + "message of a sender waits for an earlier one (a closed loop).",
    };

    private static readonly Option<int> Seconds = Number("--seconds", 10, "How long is measured.");

    private static readonly Option<int> WarmUp = Number("--warm-up", 15, "How long before that is not.");

    private static readonly Option<int> Text = Number("--text", 200, "Bytes of a text.");

    private static readonly Option<bool> NoRelay = new("--no-relay") { Description = "Leaves the comparison out." };

    private static readonly Option<bool> Half = new("--half")
    {
        Description = "Measures latencies once more at half of the rate that was reached.",
    };

    private static readonly Option<string[]> Set = new("--set")
    {
        Description = "A setting of the server, as Name=value.",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<int> Pairs = Number("--pairs", 100, "Conversations of two.");

    private static readonly Option<int> Groups = Number("--groups", 1, "Groups.");

    private static readonly Option<int> Members = Number("--members", 500, "Members of each, 3 to 500.");

    private static readonly Option<int> Senders = Number("--senders", 16, "Members of each that send.");

    public static IEnumerable<Command> Create()
    {
        var direct = new Command("direct", "Pairs of users: one of each sends, the other receives.") { Pairs };
        direct.SetAction(
            (arguments, cancellation) =>
                RunAsync(
                    arguments,
                    LoadScenario.Direct(arguments.GetValue(Pairs), arguments.GetValue(Text)),
                    cancellation
                )
        );
        var group = new Command("group", "Groups: some members send, everybody receives.") { Groups, Members, Senders };
        group.SetAction(
            (arguments, cancellation) =>
                RunAsync(
                    arguments,
                    LoadScenario.Group(
                        arguments.GetValue(Groups),
                        arguments.GetValue(Members),
                        arguments.GetValue(Senders),
                        arguments.GetValue(Text)
                    ),
                    cancellation
                )
        );
        foreach (var command in new[] { direct, group })
        {
            foreach (Option option in new Option[] { Server, Window, Rate, Seconds, WarmUp, Text, NoRelay, Half, Set })
            {
                command.Add(option);
            }

            yield return command;
        }

        yield return QuickBench.Create(Server, Set);
    }

    private static async Task<int> RunAsync(
        ParseResult arguments,
        LoadScenario scenario,
        CancellationToken cancellationToken
    )
    {
        if (scenario.Members is < 2 or > 500 || scenario.Senders > scenario.Members)
        {
            await Console.Error.WriteLineAsync("A group has up to 500 members, and not more senders than members.");
            return 2;
        }

        var rate = arguments.GetValue(Rate);
        var phase = new LoadPhase(
            rate > 0 ? 0 : arguments.GetValue(Window),
            rate,
            TimeSpan.FromSeconds(arguments.GetValue(WarmUp)),
            TimeSpan.FromSeconds(arguments.GetValue(Seconds))
        );
        var plan = new LoadPlan(
            scenario,
            phase,
            arguments.GetValue(Server)!.FullName,
            [.. arguments.GetValue(Set)!.Select(each => "--" + each)],
            !arguments.GetValue(NoRelay),
            arguments.GetValue(Half)
        );
        var report = await LoadComparison.RunAsync(plan, cancellationToken);
        return await PrintAsync(report, Console.Out, Console.Error);
    }

    /// <summary>Prints the line; the exit code says whether the promises were kept.</summary>
    internal static async Task<int> PrintAsync(LoadReport report, TextWriter output, TextWriter errors)
    {
        foreach (var problem in report.Problems)
        {
            await errors.WriteLineAsync(problem);
        }

        await output.WriteLineAsync(report.ToString());
        return report.IsClean ? 0 : 1;
    }

    private static Option<int> Number(string name, int value, string meaning)
    {
        var option = new Option<int>(name) { Description = meaning, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var number) || number < 1))
            {
                result.AddError($"{name} must be 1 or more.");
            }
        });
        return option;
    }
}
