using Connect.Client.Stores;
using Connect.Client.Views;

namespace Connect.Client;

/// <summary>
/// One conversation to show, kept up to date: its newest entries without a hole and older ones when they are asked for,
/// what waits in the outbox, marks, who types. While it is open the conversation counts as on screen. Open it with
/// <see cref="Conversation.OpenViewAsync"/>.
/// </summary>
public sealed class ConversationView : StoreView<ConversationContent>
{
    /// <summary>Read from the store at the start: what is unread and a page before it, at most so many.</summary>
    private const int FirstItems = 1_000;

    private readonly ConnectClient _client;
    private readonly string _id;
    private readonly ConversationModel _model;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _loading = new(1);
    private readonly CancellationTokenSource _over = new();
    private Task _listening = Task.CompletedTask;

    private ConversationView(ConnectClient client, ConversationModel model, string id)
        : base(model.Show()) => (_client, _model, _id) = (client, model, id);

    internal static async Task<ConversationView> OpenAsync(
        ConnectClient client,
        string id,
        CancellationToken cancellationToken
    )
    {
        var view = new ConversationView(client, new(id), id);
        var events = client.ViewEvents(id, view._over.Token).GetAsyncEnumerator(CancellationToken.None);
        // The subscription is there from here on; what the store holds is what was taken before.
        var next = events.MoveNextAsync().AsTask();
        try
        {
            await view.LoadAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            view._listening = view.ListenAsync(events, next);
        }

        return view;
    }

    /// <summary>
    /// Loads older entries, from the store or else from the server; for the latter it waits for a connection. They are
    /// in the newest snapshot when it returns. One load at a time: a second call waits for the first.
    /// </summary>
    /// <param name="count">About so many; 1 to 200.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConnectException">The conversation is not this user's (not_found).</exception>
    /// <exception cref="ObjectDisposedException">The view has ended, also while this waited.</exception>
    public async Task LoadOlderAsync(int count = 50, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ProtocolLimits.PageItems);
        ObjectDisposedException.ThrowIf(_over.IsCancellationRequested, this);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, cancellationToken);
        try
        {
            await LoadOneAsync(count, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(ConversationView));
        }
    }

    private protected override async ValueTask StopAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(false);
        await _client.TryDoAsync(machine => machine.Attention.SetOpen(this, [])).ConfigureAwait(false);
        // A load that was under way has been cancelled by now.
        await _loading.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        _over.Dispose();
        _loading.Dispose();
    }

    private async Task LoadOneAsync(int count, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            long? before;
            lock (_gate)
            {
                before = _model.First;
                if (!_model.CanLoadOlder)
                {
                    return;
                }
            }

            var (items, hasOlder) = await OlderAsync(before, count, cancellationToken).ConfigureAwait(false);
            Change(model => model.AddOlder(items, hasOlder));
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        await _client
            .DoAsync(machine => machine.Attention.SetOpen(this, [_id]), cancellationToken)
            .ConfigureAwait(false);
        var stored = await _client.Store.LoadAsync(cancellationToken).ConfigureAwait(false);
        var held = stored.Positions.FirstOrDefault(place => place.Conversation == _id)?.Held ?? 0;
        var read = stored.Marks.FirstOrDefault(mark => mark.Conversation == _id)?.Read ?? 0;
        var after = Math.Max(held - FirstItems, Math.Min(held, read) - ProtocolLimits.DefaultPageItems);
        var items = await _client
            .Store.ReadAsync(_id, Math.Max(0, after), FirstItems, cancellationToken)
            .ConfigureAwait(false);
        var outgoing = await _client.OutgoingAsync(cancellationToken).ConfigureAwait(false);
        var known = await _client
            .AskMachineAsync(machine => machine.Known(_id), cancellationToken)
            .ConfigureAwait(false);
        Change(model =>
        {
            model.AddOlder(Usable(items, held + 1), hasOlder: true);
            model.Apply(new ReadMarked(_id, read));
            model.Learn(outgoing.Where(message => message.Conversation == _id));
            known.ForEach(model.Apply);
        });
    }

    private async Task ListenAsync(IAsyncEnumerator<ConnectEvent> events, Task<bool> next)
    {
        try
        {
            while (await next.ConfigureAwait(false))
            {
                var value = events.Current;
                if (value is OutboxChanged { Message: var changed })
                {
                    var outgoing = await _client.OutgoingAsync(_over.Token).ConfigureAwait(false);
                    Change(model => model.Learn(outgoing.Where(message => message.Conversation == _id), changed));
                }
                else
                {
                    Change(model => model.Apply(value));
                }

                next = events.MoveNextAsync().AsTask();
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The view or the client ends.
        }
        finally
        {
            await events.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What joins on below a seq. What the store knows only as too old the server has.</summary>
    private static List<LogItem> Usable(IReadOnlyList<LogItem> items, long below)
    {
        var usable = items
            .Where(item => item.To < below)
            .Reverse()
            .TakeWhile(item => item.Why != Protocol.V1.SkipReason.Expired)
            .ToList();
        usable.Reverse();
        return usable.Count > 0 && usable[^1].To == below - 1 ? usable : [];
    }

    private void Change(Action<ConversationModel> change)
    {
        lock (_gate)
        {
            _model.Me = _client.User;
            change(_model);
            Show(_model.Show());
        }
    }

    private async Task<(IReadOnlyList<LogItem> Items, bool HasOlder)> OlderAsync(
        long? before,
        int count,
        CancellationToken cancellationToken
    )
    {
        if (before is { } below)
        {
            var here = await _client
                .Store.ReadAsync(_id, Math.Max(0, below - 1 - count), count, cancellationToken)
                .ConfigureAwait(false);
            var usable = Usable(here, below);
            if (usable.Count > 0)
            {
                return (usable, HasOlder: true);
            }
        }

        return await _client.OlderAsync(_id, before, count, cancellationToken).ConfigureAwait(false);
    }
}
