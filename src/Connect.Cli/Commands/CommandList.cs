using System.CommandLine;
using Connect.Cli.Terminals;

namespace Connect.Cli.Commands;

/// <summary>Adds commands that all run alike: with the common options, their faults turned into exit codes.</summary>
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

    /// <summary>A command that does nothing by itself but name those below it.</summary>
    public Command AddParent(string name, string description)
    {
        var command = new Command(name, description);
        root.Subcommands.Add(command);
        return command;
    }

    /// <summary>What is done when no command is named.</summary>
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
