using System.CommandLine;
using Connect.Cli.Runs;
using Connect.Cli.Screens;
using Connect.Cli.Words;
using Connect.Client;
using Connect.Protocol.V1;

namespace Connect.Cli.Commands;

/// <summary>chat, send, tail, list, history, and the full screen that opens without a command.</summary>
internal static class ConversationCommands
{
    private static readonly Argument<string> Place = new("USER")
    {
        Description = "The conversation with this user, or group:TITLE.",
    };

    private static readonly Argument<string?> OptionalPlace = new("USER")
    {
        Description = "The conversation with this user, or group:TITLE.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Argument<string> Text = new("TEXT") { Description = "The message." };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "The maximum number of messages.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => 50,
    };

    private static readonly Option<bool> Requests = new("--requests") { Description = "Only message requests." };

    private static readonly Option<bool> Hidden = new("--hidden") { Description = "Only hidden conversations." };

    private static readonly Option<bool> Lines = new("--lines")
    {
        Description = "Chat line by line, even in a terminal.",
    };

    public static void AddTo(CommandList commands)
    {
        commands.AddDefault((run, _, token) => ShowScreenAsync(run, null, token));
        var chat = commands.Add(
            "chat",
            "Chat: full screen in a terminal, otherwise line by line.",
            [OptionalPlace],
            ChatAsync
        );
        chat.Options.Add(Lines);
        commands.Add("send", "Send one message; - reads it from standard input.", [Place, Text], SendAsync);
        commands.Add("tail", "Follow one conversation, or all of them.", [OptionalPlace], TailAsync);
        var list = commands.Add("list", "List your conversations, without the hidden ones.", [], ListAsync);
        list.Options.Add(Requests);
        list.Options.Add(Hidden);
        var history = commands.Add("history", "Show the last messages.", [Place], HistoryAsync);
        history.Options.Add(Limit);
    }

    private static Task<int> ChatAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        var place = arguments.GetValue(OptionalPlace);
        if (!arguments.GetValue(Lines) && !run.IsJson && run.Terminal.HasScreen)
        {
            return ShowScreenAsync(run, place, token);
        }

        return place is null
            ? throw new CommandException(ExitCode.Usage, "With whom? Run connect chat USER.")
            : ChatCommand.RunAsync(run, place, token);
    }

    private static async Task<int> ShowScreenAsync(CommandRun run, string? username, CancellationToken token)
    {
        if (!run.Terminal.HasScreen)
        {
            throw new CommandException(ExitCode.Usage, "Which command? Run connect --help for a list.");
        }

        await using var device = await Device.OpenAsync(run, token, check: false);
        var colours = run.Terminal.Variable("NO_COLOR") is null;
        using var terminal = run.Terminal.OpenScreen();
        await using var screen = new ChatScreen(device, terminal, colours, TimeProvider.System);
        await screen.RunAsync(username, token);
        return token.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Ok;
    }

    private static async Task<int> SendAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        var text = arguments.GetRequiredValue(Text);
        if (text == "-")
        {
            text = (await run.Terminal.ReadToEndAsync(token)).TrimEnd('\n', '\r');
        }

        if (text.Length == 0)
        {
            throw new CommandException(ExitCode.Usage, "There is nothing to send.");
        }

        await using var device = await Device.OpenAsync(run, token);
        var conversation = await Places.OpenAsync(run, device, arguments.GetRequiredValue(Place), token);
        var message = await conversation.EnqueueAsync(text, cancellationToken: token);
        await device.ConnectAsync(token);
        try
        {
            run.Output.Sent(await message.Sent.WaitAsync(run.Timeout, token));
            return ExitCode.Ok;
        }
        catch (TimeoutException)
        {
            run.Output.Queued(message);
            throw new CommandException(
                ExitCode.Unreachable,
                "Cannot reach the server; the next command that connects will send the message."
            );
        }
    }

    private static async Task<int> TailAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        await using var device = await Device.OpenAsync(run, token);
        var trouble = new TroubleLines(run.Terminal.Error);
        device.Client.StateChanged += (_, change) => trouble.Tell(change);
        var names = NameBook.Of(run, device);
        var printer = new EventPrinter(run.Output, names);
        IAsyncEnumerable<ConnectEvent> events;
        if (arguments.GetValue(OptionalPlace) is { } place)
        {
            var conversation = await Places.OpenAsync(run, device, place, token);
            names.Learn(conversation.Peer, place);
            events = conversation.EventsAsync(token);
        }
        else
        {
            events = device.Client.EventsAsync(token);
        }

        await device.ConnectAsync(token);
        await foreach (var value in events)
        {
            await printer.PrintAsync(value, token);
        }

        return ExitCode.Ok;
    }

    private static async Task<int> ListAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        var filter = (arguments.GetValue(Requests), arguments.GetValue(Hidden)) switch
        {
            (true, true) => throw new CommandException(ExitCode.Usage, "Use either --requests or --hidden."),
            (true, _) => ConversationFilter.Requests,
            (_, true) => ConversationFilter.Hidden,
            _ => ConversationFilter.Unspecified,
        };
        await using var device = await Device.OpenAsync(run, token);
        await device.LiveAsync(run.Timeout, token);
        await foreach (var conversation in device.Client.ListConversationsAsync(filter, token))
        {
            run.Output.Conversation(conversation);
        }

        return ExitCode.Ok;
    }

    private static async Task<int> HistoryAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        var limit = arguments.GetValue(Limit);
        if (limit < 1)
        {
            throw new CommandException(ExitCode.Usage, "--limit must be at least 1.");
        }

        var place = arguments.GetRequiredValue(Place);
        await using var device = await Device.OpenAsync(run, token);
        var conversation = await Places.OpenAsync(run, device, place, token);
        await device.LiveAsync(run.Timeout, token);
        var names = NameBook.Of(run, device);
        names.Learn(conversation.Peer, place);
        var printer = new EventPrinter(run.Output, names);
        await printer.PrintLastAsync(conversation, limit, token);
        return ExitCode.Ok;
    }
}
