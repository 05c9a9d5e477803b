using System.CommandLine;

namespace Connect.Server.Commands;

/// <summary><c>config</c>: what is set, whether it is allowed, what there is to set.</summary>
internal static class ConfigCommand
{
    public static Command Create(CommandRun run)
    {
        var config = new Command("config", "Look at the settings.");
        var check = new Command("check", "Read the settings as a start does and name every problem.");
        check.SetAction((_, _) => CheckAsync(run));
        config.Subcommands.Add(check);
        return config;
    }

    private static async Task<int> CheckAsync(CommandRun run)
    {
        // A problem is thrown and told by the program, as at a start.
        run.ReadOptions();
        await run.Out.WriteLineAsync("The settings are allowed.");
        return ServerExitCode.Done;
    }
}
