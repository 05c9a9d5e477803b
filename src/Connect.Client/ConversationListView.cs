using System.Threading.Channels;
using Connect.Client.Views;

namespace Connect.Client;

/// <summary>
/// The user's conversations as a list to show, kept up to date: newest entries, unread counts, marks, who types where
/// it is open, who of the direct conversations is online. Open it with <see cref="ConnectClient.OpenListAsync"/>.
/// </summary>
public sealed class ConversationListView : StoreView<ConversationList>
{
    /// <summary>The rest is asked for no sooner, so that a busy time is not a storm of questions.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Of more, those with the newest activity: a session watches 5,000 users at most.</summary>
    private const int PeerLimit = 5_000;

    private readonly ConnectClient _client;
    private readonly Lock _gate = new();
    private readonly ListModel _model = new();
    private readonly CancellationTokenSource _over = new();
    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private HashSet<string> _watched = [];
    private Task _listening = Task.CompletedTask;
    private Task _asking = Task.CompletedTask;

    private ConversationListView(ConnectClient client)
        : base(ConversationList.Empty) => _client = client;

    internal static async Task<ConversationListView> OpenAsync(
        ConnectClient client,
        CancellationToken cancellationToken
    )
    {
        var view = new ConversationListView(client);
        var events = client.ViewEvents(null, view._over.Token).GetAsyncEnumerator(CancellationToken.None);
        // The subscription is there from here on; what the store holds is what was taken before.
        var next = events.MoveNextAsync().AsTask();
        try
        {
            await view.LoadAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            client.StateChanged += view.OnStateChanged;
            view._listening = view.ListenAsync(events, next);
            view._asking = Task.Run(view.AskAsync, CancellationToken.None);
        }

        return view;
    }

    private protected override async ValueTask StopAsync()
    {
        _client.StateChanged -= OnStateChanged;
        await _over.CancelAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(false);
        await _asking.ConfigureAwait(false);
        await _client.TryDoAsync(machine => machine.Attention.SetWatched(this, [])).ConfigureAwait(false);
        _over.Dispose();
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var guesses = await StoredList.ReadAsync(_client.Store, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            guesses.ForEach(_model.Guess);
            Show(_model.Show());
        }

        _work.Writer.TryWrite(true);
    }

    private async Task ListenAsync(IAsyncEnumerator<ConnectEvent> events, Task<bool> next)
    {
        try
        {
            while (await next.ConfigureAwait(false))
            {
                lock (_gate)
                {
                    _model.Me = _client.User;
                    _model.Apply(events.Current);
                    Show(_model.Show());
                }

                _work.Writer.TryWrite(true);
                next = events.MoveNextAsync().AsTask();
            }
        }
        catch (OperationCanceledException)
        {
            // The view or the client ends.
        }
        finally
        {
            await events.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void OnStateChanged(object? sender, StateChange change)
    {
        if (change.State == ConnectionState.Live)
        {
            lock (_gate)
            {
                _model.Anew();
            }

            _work.Writer.TryWrite(true);
        }
    }

    private async Task AskAsync()
    {
        try
        {
            while (await _work.Reader.ReadAsync(_over.Token).ConfigureAwait(false))
            {
                await WatchAsync().ConfigureAwait(false);
                if (_client.State == ConnectionState.Live && await AskOnceAsync().ConfigureAwait(false))
                {
                    await Task.Delay(Pause, _client.Time, _over.Token).ConfigureAwait(false);
                    _work.Writer.TryWrite(true);
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The view or the client ends.
        }
    }

    /// <summary>Asks for what is needed; true when something was.</summary>
    private async Task<bool> AskOnceAsync()
    {
        bool all;
        long asked;
        List<string> ids;
        lock (_gate)
        {
            (all, asked, ids) = (_model.NeedsAll, _model.Step, _model.Stale(ProtocolLimits.PageItems));
        }

        if (!all && ids.Count == 0)
        {
            return false;
        }

        try
        {
            var list = all
                ? await ReadAllAsync().ConfigureAwait(false)
                : await _client.GetConversationsAsync(ids, _over.Token).ConfigureAwait(false);
            lock (_gate)
            {
                _model.Me = _client.User;
                if (all)
                {
                    _model.LearnAll(list, asked);
                }
                else
                {
                    _model.Learn(list, ids, asked);
                }

                Show(_model.Show());
            }
        }
        catch (ConnectException)
        {
            // Asked for again: after the pause, or when the client is live again.
        }

        return true;
    }

    private async Task<List<ConversationInfo>> ReadAllAsync()
    {
        var list = new List<ConversationInfo>();
        await foreach (var info in _client.ListConversationsAsync(_over.Token).ConfigureAwait(false))
        {
            list.Add(info);
        }

        return list;
    }

    /// <summary>The presence of the others in direct conversations.</summary>
    private async Task WatchAsync()
    {
        HashSet<string> peers;
        lock (_gate)
        {
            peers =
            [
                .. _model.Show().Items.Select(item => item.Info.Peer).Where(peer => peer.Length > 0).Take(PeerLimit),
            ];
        }

        if (!peers.SetEquals(_watched))
        {
            _watched = peers;
            await _client
                .DoAsync(machine => machine.Attention.SetWatched(this, peers), _over.Token)
                .ConfigureAwait(false);
        }
    }
}
