using System.CommandLine;
using Connect.Cli.Terminals;

namespace Connect.Cli.Commands;

/// <summary>The command line of <c>connect</c>.</summary>
internal static class ConnectCommand
{
    private const string Description = """
        Connect: chat from a terminal. Without a command it opens the full screen.

        Exit codes: 0 done; 1 refused or failed; 2 wrong command line; 3 log in first; 4 the server was not reached
        (what was to be sent waits in the outbox); 130 interrupted.
        """;

    public static RootCommand Create(ITerminal terminal)
    {
        var global = new GlobalOptions();
        var root = new RootCommand(Description);
        global.AddTo(root);
        var commands = new CommandList(root, global, terminal);
        commands.Add(
            "register",
            "Make an account and log in.",
            [User],
            (run, arguments, cancellationToken) =>
                AccountCommands.RegisterAsync(run, Name(arguments), cancellationToken)
        );
        commands.Add(
            "login",
            "Log this machine in.",
            [User],
            (run, arguments, cancellationToken) => AccountCommands.LoginAsync(run, Name(arguments), cancellationToken)
        );
        var logout = commands.Add(
            "logout",
            "Forget the login of this machine.",
            [],
            (run, arguments, cancellationToken) =>
                AccountCommands.LogoutAsync(run, arguments.GetValue(Everywhere), cancellationToken)
        );
        logout.Options.Add(Everywhere);
        AccountLifeCommands.AddTo(commands);
        AddConversations(commands);
        GroupCommands.AddTo(commands);
        PeopleCommands.AddTo(commands);
        PlaceCommands.AddTo(commands);
        return root;
    }

    /// <summary>What is done in conversations.</summary>
    private static void AddConversations(CommandList commands)
    {
        commands.AddDefault((run, _, cancellationToken) => ScreenCommand.RunAsync(run, null, cancellationToken));
        var chat = commands.Add(
            "chat",
            "Chat: in a terminal with the full screen, else line by line.",
            [OptionalUser],
            (run, arguments, cancellationToken) =>
                ScreenCommand.ChatAsync(
                    run,
                    arguments.GetValue(OptionalUser),
                    arguments.GetValue(Lines),
                    cancellationToken
                )
        );
        chat.Options.Add(Lines);
        commands.Add(
            "send",
            "Send one message; - takes it from the input.",
            [Place, Text],
            (run, arguments, cancellationToken) =>
                SendCommand.RunAsync(
                    run,
                    arguments.GetRequiredValue(Place),
                    arguments.GetRequiredValue(Text),
                    cancellationToken
                )
        );
        commands.Add(
            "tail",
            "Show what comes, of all conversations or of one.",
            [OptionalUser],
            (run, arguments, token) => ReadCommands.TailAsync(run, arguments.GetValue(OptionalUser), token)
        );
        var list = commands.Add(
            "list",
            "List the conversations but for hidden ones.",
            [],
            (run, arguments, cancellationToken) =>
                ReadCommands.ListAsync(run, arguments.GetValue(Requests), arguments.GetValue(Hidden), cancellationToken)
        );
        list.Options.Add(Requests);
        list.Options.Add(Hidden);
        var history = commands.Add(
            "history",
            "Show the last messages.",
            [Place],
            (run, arguments, cancellationToken) =>
                ReadCommands.HistoryAsync(
                    run,
                    arguments.GetRequiredValue(Place),
                    arguments.GetValue(Limit),
                    cancellationToken
                )
        );
        history.Options.Add(Limit);
    }

    private static readonly Argument<string> User = new("USER") { Description = "The user's name." };

    private static readonly Argument<string> Place = new("USER")
    {
        Description = "The conversation with this user, or group:TITLE.",
    };

    private static readonly Argument<string?> OptionalUser = new("USER")
    {
        Description = "The conversation with this user, or group:TITLE.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> Everywhere = new("--everywhere")
    {
        Description = "All devices of the user, wherever they are.",
    };

    private static readonly Argument<string> Text = new("TEXT") { Description = "What to say." };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "At most this many.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => 50,
    };

    private static readonly Option<bool> Requests = new("--requests")
    {
        Description = "The message requests of strangers alone.",
    };

    private static readonly Option<bool> Hidden = new("--hidden") { Description = "The hidden ones alone." };

    private static readonly Option<bool> Lines = new("--lines") { Description = "Line by line, also in a terminal." };

    private static string Name(ParseResult arguments) => arguments.GetRequiredValue(User);
}
