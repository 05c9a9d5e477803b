using System.Runtime.CompilerServices;
using Connect.Client.Connections;
using Connect.Client.Engine;
using Connect.Client.Stores;

namespace Connect.Client;

/// <summary>Views: what a program shows, kept up to date.</summary>
public sealed partial class ConnectClient
{
    internal IConnectStore Store => _store;

    internal TimeProvider Time => _options.TimeProvider;

    /// <summary>This user's id; empty before the first session of a store that belongs to nobody yet.</summary>
    internal string User => _engine.User;

    /// <summary>
    /// Opens a view of the user's conversations. It starts with what the store knows, also without a connection, and
    /// reads the server's list whenever the client becomes live. Dispose it before the client.
    /// </summary>
    public Task<ConversationListView> OpenListAsync(CancellationToken cancellationToken = default) =>
        ConversationListView.OpenAsync(this, cancellationToken);

    internal async Task<List<ConversationInfo>> GetConversationsAsync(
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    )
    {
        var found = new List<ConversationInfo>();
        foreach (var part in FrameFit.SplitIds(ids, Limits.FrameBytes))
        {
            var frame = await AskAsync(() => new() { Conversations = new() { Ids = { part } } }, cancellationToken)
                .ConfigureAwait(false);
            found.AddRange(frame.Conversations.Items.Select(WireMapping.ToInfo));
        }

        return found;
    }

    /// <summary>A page of the history below a seq, without a hole.</summary>
    internal async Task<(IReadOnlyList<LogItem> Items, bool HasOlder)> OlderAsync(
        string conversation,
        long? before,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var frame = await AskAsync(
                () =>
                    new()
                    {
                        History = new()
                        {
                            Conversation = conversation,
                            Before = (ulong)(before ?? 0),
                            Limit = (uint)limit,
                        },
                    },
                cancellationToken
            )
            .ConfigureAwait(false);
        var page = frame.History;
        return (WireMapping.ToItems(page.Entries, page.Skipped), page.HasMoreBefore);
    }

    /// <summary>Events, including those that only views get.</summary>
    internal async IAsyncEnumerable<ConnectEvent> ViewEvents(
        string? conversation,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var events = _engine.Hub.ReadAsync(conversation, cancellationToken, isView: true);
        _engine.Post(machine => machine.Feed.Subscribed(conversation));
        await foreach (var value in events.ConfigureAwait(false))
        {
            yield return value;
        }
    }

    /// <summary>Does something in the loop unless the client has ended.</summary>
    internal async Task TryDoAsync(Action<SessionMachine> action)
    {
        try
        {
            await DoAsync(action, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ObjectDisposedException or ConnectException)
        {
            // There is nothing left in which it could be done.
        }
    }
}
