using Connect.Cli.Screens;
using Connect.Cli.States;

namespace Connect.Cli.Commands;

/// <summary>connect without a command, and chat [USER]: the full screen where there is one.</summary>
internal static class ScreenCommand
{
    public static Task<int> ChatAsync(CommandRun run, string? username, bool lines, CancellationToken cancellationToken)
    {
        if (!lines && !run.IsJson && run.Terminal.HasScreen)
        {
            return RunAsync(run, username, cancellationToken);
        }

        return username is null
            ? throw new CommandException(ExitCode.Usage, "With whom? connect chat USER.")
            : ChatCommand.RunAsync(run, username, cancellationToken);
    }

    public static async Task<int> RunAsync(CommandRun run, string? username, CancellationToken cancellationToken)
    {
        if (!run.Terminal.HasScreen)
        {
            throw new CommandException(ExitCode.Usage, "Which command? connect --help lists them.");
        }

        await using var device = await Device.OpenAsync(run, cancellationToken, check: false);
        var colours = run.Terminal.Variable("NO_COLOR") is null;
        using var terminal = run.Terminal.OpenScreen();
        await using var screen = new ChatScreen(device, terminal, colours, TimeProvider.System);
        await screen.RunAsync(username, cancellationToken);
        return cancellationToken.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Ok;
    }
}
