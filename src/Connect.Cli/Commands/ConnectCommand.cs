using System.CommandLine;
using Connect.Cli.Runs;
using Connect.Cli.Terminals;

namespace Connect.Cli.Commands;

/// <summary>The command line of <c>connect</c>.</summary>
internal static class ConnectCommand
{
    private const string Description = """
        Connect: chat from a terminal. Without a command it opens the full screen.

        Exit codes: 0 success; 1 refused or failed; 2 wrong command line; 3 log in first; 4 server not reached (unsent
        messages stay in the outbox); 130 interrupted.
        """;

    public static RootCommand Create(ITerminal terminal)
    {
        var global = new GlobalOptions();
        var root = new RootCommand(Description);
        global.AddTo(root);
        var commands = new CommandList(root, global, terminal);
        AccountCommands.AddTo(commands);
        ConversationCommands.AddTo(commands);
        GroupCommands.AddTo(commands);
        PeopleCommands.AddTo(commands);
        PlaceCommands.AddTo(commands);
        HelpCommand.AddTo(root, terminal);
        return root;
    }
}

/// <summary>
/// Adds commands that all run alike: with the common options, and with errors turned into exit codes.
/// </summary>
internal sealed class CommandList(RootCommand root, GlobalOptions global, ITerminal terminal)
{
    public Command Add(
        string name,
        string description,
        Argument[] arguments,
        Func<CommandRun, ParseResult, CancellationToken, Task<int>> action,
        Command? parent = null
    )
    {
        var command = new Command(name, description);
        foreach (var argument in arguments)
        {
            command.Arguments.Add(argument);
        }

        SetAction(command, action);
        (parent ?? root).Subcommands.Add(command);
        return command;
    }

    /// <summary>A command that only groups its subcommands.</summary>
    public Command AddParent(string name, string description)
    {
        var command = new Command(name, description);
        root.Subcommands.Add(command);
        return command;
    }

    /// <summary>Runs when no command is given.</summary>
    public void AddDefault(Func<CommandRun, ParseResult, CancellationToken, Task<int>> action) =>
        SetAction(root, action);

    private void SetAction(Command command, Func<CommandRun, ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(
            (result, cancellationToken) =>
                CommandRun.RunAsync(
                    () => new CommandRun(global, result, terminal),
                    terminal,
                    (run, token) => action(run, result, token),
                    cancellationToken
                )
        );
}
