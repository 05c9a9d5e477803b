using Connect.Cli.Output;
using Connect.Cli.States;
using Connect.Client;
using Connect.Protocol.V1;
using Conversation = Connect.Client.Conversation;
using Entry = Connect.Client.Entry;

namespace Connect.Cli.Commands;

/// <summary>tail, history, list.</summary>
internal static class ReadCommands
{
    private const int LargestPage = 200;

    public static async Task<int> TailAsync(CommandRun run, string? username, CancellationToken cancellationToken)
    {
        await using var device = await Device.OpenAsync(run, cancellationToken);
        var trouble = new TroubleLines(run.Terminal.Error);
        device.Client.StateChanged += (_, change) => trouble.Tell(change);
        var names = NameBook.Of(run, device);
        var printer = new EventPrinter(run.Output, names);
        IAsyncEnumerable<ConnectEvent> events;
        if (username is null)
        {
            events = device.Client.EventsAsync(cancellationToken);
        }
        else
        {
            var conversation = await Places.OpenAsync(run, device, username, cancellationToken);
            names.Learn(conversation.Peer, username);
            events = conversation.EventsAsync(cancellationToken);
        }

        await device.ConnectAsync(cancellationToken);
        await foreach (var value in events)
        {
            await printer.PrintAsync(value, cancellationToken);
        }

        return ExitCode.Ok;
    }

    public static async Task<int> HistoryAsync(
        CommandRun run,
        string username,
        int limit,
        CancellationToken cancellationToken
    )
    {
        if (limit < 1)
        {
            throw new CommandException(ExitCode.Usage, "--limit is 1 or more.");
        }

        await using var device = await Device.OpenAsync(run, cancellationToken);
        var conversation = await Places.OpenAsync(run, device, username, cancellationToken);
        await device.LiveAsync(run.Timeout, cancellationToken);
        var names = NameBook.Of(run, device);
        names.Learn(conversation.Peer, username);
        var printer = new EventPrinter(run.Output, names);
        foreach (var entry in await LastAsync(conversation, limit, cancellationToken))
        {
            await printer.PrintAsync(entry, cancellationToken);
        }

        return ExitCode.Ok;
    }

    public static async Task<int> ListAsync(
        CommandRun run,
        bool requests,
        bool hidden,
        CancellationToken cancellationToken
    )
    {
        var filter = (requests, hidden) switch
        {
            (true, true) => throw new CommandException(ExitCode.Usage, "One of --requests and --hidden."),
            (true, _) => ConversationFilter.Requests,
            (_, true) => ConversationFilter.Hidden,
            _ => ConversationFilter.Unspecified,
        };
        await using var device = await Device.OpenAsync(run, cancellationToken);
        await device.LiveAsync(run.Timeout, cancellationToken);
        await foreach (var conversation in device.Client.ListConversationsAsync(filter, cancellationToken))
        {
            run.Output.Conversation(conversation);
        }

        return ExitCode.Ok;
    }

    /// <summary>The newest entries, ascending. A conversation in which nobody wrote yet has none.</summary>
    internal static async Task<IReadOnlyList<Entry>> LastAsync(
        Conversation conversation,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var entries = new List<Entry>();
        try
        {
            var pages = conversation.HistoryAsync(null, Math.Min(limit, LargestPage), cancellationToken);
            await foreach (var page in pages)
            {
                entries.InsertRange(0, page.Entries);
                if (entries.Count >= limit)
                {
                    break;
                }
            }
        }
        catch (ConnectException error) when (error.Code == Protocol.ErrorCode.NotFound)
        {
            // It comes into being with its first message.
        }

        return entries[^Math.Min(limit, entries.Count)..];
    }
}
