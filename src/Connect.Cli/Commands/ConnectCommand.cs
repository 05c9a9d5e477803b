using System.CommandLine;
using Connect.Cli.Terminals;

namespace Connect.Cli.Commands;

/// <summary>The command line of <c>connect</c>.</summary>
internal static class ConnectCommand
{
    private const string Description = """
        Connect: chat from a terminal.

        Exit codes: 0 done; 1 refused or failed; 2 wrong command line; 3 log in first; 4 the server was not reached
        (what was to be sent waits in the outbox); 130 interrupted.
        """;

    public static RootCommand Create(ITerminal terminal)
    {
        var global = new GlobalOptions();
        var root = new RootCommand(Description);
        global.AddTo(root);
        Add(
            "register",
            "Make an account and log in.",
            [User],
            (run, arguments, cancellationToken) =>
                AccountCommands.RegisterAsync(run, Name(arguments), cancellationToken)
        );
        Add(
            "login",
            "Log this machine in.",
            [User],
            (run, arguments, cancellationToken) => AccountCommands.LoginAsync(run, Name(arguments), cancellationToken)
        );
        Add(
            "logout",
            "Forget the login of this machine.",
            [],
            (run, _, cancellationToken) => AccountCommands.LogoutAsync(run, cancellationToken)
        );
        Add(
            "chat",
            "Chat with a user, line by line.",
            [User],
            (run, arguments, cancellationToken) => ChatCommand.RunAsync(run, Name(arguments), cancellationToken)
        );
        Add(
            "send",
            "Send one message; - takes it from the input.",
            [User, Text],
            (run, arguments, cancellationToken) =>
                SendCommand.RunAsync(run, Name(arguments), arguments.GetRequiredValue(Text), cancellationToken)
        );
        Add(
            "tail",
            "Show what comes, of all conversations or of one.",
            [OptionalUser],
            (run, arguments, token) => ReadCommands.TailAsync(run, arguments.GetValue(OptionalUser), token)
        );
        Add(
            "list",
            "List the conversations.",
            [],
            (run, _, cancellationToken) => ReadCommands.ListAsync(run, cancellationToken)
        );
        var history = Add(
            "history",
            "Show the last messages.",
            [User],
            (run, arguments, cancellationToken) =>
                ReadCommands.HistoryAsync(run, Name(arguments), arguments.GetValue(Limit), cancellationToken)
        );
        history.Options.Add(Limit);
        return root;

        Command Add(
            string name,
            string description,
            Argument[] arguments,
            Func<CommandRun, ParseResult, CancellationToken, Task<int>> action
        )
        {
            var command = new Command(name, description);
            foreach (var argument in arguments)
            {
                command.Arguments.Add(argument);
            }

            command.SetAction(
                (result, cancellationToken) =>
                    CommandRun.RunAsync(
                        () => new CommandRun(global, result, terminal),
                        terminal,
                        (run, token) => action(run, result, token),
                        cancellationToken
                    )
            );
            root.Subcommands.Add(command);
            return command;
        }
    }

    private static readonly Argument<string> User = new("USER") { Description = "The user's name." };

    private static readonly Argument<string?> OptionalUser = new("USER")
    {
        Description = "Only the conversation with this user.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Argument<string> Text = new("TEXT") { Description = "What to say." };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "At most this many.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => 50,
    };

    private static string Name(ParseResult arguments) => arguments.GetRequiredValue(User);
}
