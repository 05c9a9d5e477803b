using System.CommandLine;

namespace Connect.LoadGen.Groups;

/// <summary><c>connect-load smoke groups</c>.</summary>
internal static class GroupsCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly Option<FileInfo> Server = new("--server")
    {
        Description = "The server program; it is started with a folder of its own.",
        Required = true,
    };

    private static readonly Option<int> Messages = new("--messages")
    {
        Description = "How many are sent, by all members together.",
        DefaultValueFactory = _ => 4000,
    };

    private static readonly Option<int> Members = new("--members")
    {
        Description = "Of the group.",
        DefaultValueFactory = _ => 500,
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "Of what is left to chance.",
        DefaultValueFactory = _ => 1,
    };

    public static Command Create()
    {
        var command = new Command("groups", "A group of 500: random devices leave and return, marks and typing are on.")
        {
            Server,
            Messages,
            Members,
            Seed,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Messages) < 100 || arguments.GetValue(Members) is < 3 or > 500)
        {
            await Console.Error.WriteLineAsync("Give 100 messages or more, and 3 to 500 members.");
            return 2;
        }

        var report = await GroupsRun.ExecuteAsync(
            new(
                arguments.GetValue(Server)!.FullName,
                arguments.GetValue(Members),
                arguments.GetValue(Messages),
                arguments.GetValue(Seed),
                Limit
            ),
            cancellationToken
        );
        foreach (var problem in report.Failures.Concat(report.Totals.Faults.Problems))
        {
            await Console.Error.WriteLineAsync(problem);
        }

        await Console.Out.WriteLineAsync(report.ToString());
        return report.IsClean ? 0 : 1;
    }
}
