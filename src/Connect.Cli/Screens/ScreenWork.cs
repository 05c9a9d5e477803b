using System.Threading.Channels;
using Connect.Cli.Screens.Chats;
using Connect.Cli.States;
using Connect.Client;
using Connect.Client.Stores;
using Connect.Protocol;
using Connect.Protocol.V1;

namespace Connect.Cli.Screens;

/// <summary>Carries out what the screen asks for, beside it, and posts what comes of it.</summary>
internal sealed class ScreenWork : IAsyncDisposable
{
    private const int OlderPage = 100;

    /// <summary>Entries of a conversation that are read from the store at the start, when nothing is unread.</summary>
    private const int FirstEntries = 60;

    /// <summary>Of those that are unread, at most so many.</summary>
    private const int FirstUnread = 1_000;

    private readonly Device _device;
    private readonly Func<Action<ScreenModel>, Task> _post;
    private readonly CancellationToken _over;
    private readonly Dictionary<string, Conversation> _opened = new(StringComparer.Ordinal);
    private readonly Channel<ScreenRequest.Send> _sends = Channel.CreateUnbounded<ScreenRequest.Send>(
        // Bounded by what a person types.
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly Task _sending;

    public ScreenWork(Device device, Func<Action<ScreenModel>, Task> post, CancellationToken over)
    {
        _device = device;
        _post = post;
        _over = over;
        _sending = Task.Run(SendAllAsync, CancellationToken.None);
    }

    /// <summary>All that was typed is in the outbox afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        _sends.Writer.TryComplete();
        await _sending;
    }

    public void Do(ScreenRequest request)
    {
        switch (request)
        {
            case ScreenRequest.Send send:
                _sends.Writer.TryWrite(send);
                break;
            case ScreenRequest.MarkRead mark:
                Run(() => _device.Client.Conversation(mark.Conversation).MarkReadAsync(mark.Seq, _over));
                break;
            case ScreenRequest.LoadOlder older:
                Run(() => LoadOlderAsync(older.Conversation, older.Before));
                break;
            case ScreenRequest.OpenDirect direct:
                Run(() => OpenDirectAsync(direct.Username));
                break;
            case ScreenRequest.ReadNames names:
                Run(() => ReadNamesAsync(names.Conversation));
                break;
            case ScreenRequest.ShowOpen open:
                Run(() => _device.Client.SetOpenAsync(open.Conversations, _over));
                break;
            case ScreenRequest.Type type:
                var typed = _device.Client.Conversation(type.Conversation);
                Run(() => type.IsOn ? typed.TypingAsync(_over) : typed.StopTypingAsync(_over));
                break;
            case ScreenRequest.AnswerRequest answer:
                Run(() => AnswerAsync(answer.Conversation, answer.Accept));
                break;
            case ScreenRequest.Mute mute:
                Run(() => TellAsync(() => _device.Client.Conversation(mute.Conversation).MuteAsync(mute.Until, _over)));
                break;
            case ScreenRequest.Hide hide:
                Run(() => HideAsync(hide.Conversation));
                break;
        }
    }

    /// <summary>What the store holds, without a word to the server.</summary>
    public async Task LoadAsync(ScreenModel model)
    {
        var stored = await _device.Store.LoadAsync(_over);
        var read = stored.Marks.ToDictionary(mark => mark.Conversation, mark => mark.Read);
        var items = new List<LogItem>();
        foreach (var place in stored.Positions)
        {
            var from = Math.Min(place.Held - FirstEntries, read.GetValueOrDefault(place.Conversation) - OlderPage);
            var after = Math.Max(0, Math.Max(place.Held - FirstUnread, from));
            items.AddRange(await _device.Store.ReadAsync(place.Conversation, after, FirstUnread, _over));
        }

        model.Load(stored, items, await _device.Client.OutgoingAsync(_over));
    }

    /// <summary>Connects and stays connected; the state tells how that goes.</summary>
    public Task ConnectAsync() => Quietly(() => _device.ConnectAsync(_over));

    private void Run(Func<Task> work) => _ = Task.Run(() => Quietly(work), CancellationToken.None);

    private async Task Quietly(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // The screen is over.
        }
        catch (ObjectDisposedException) when (_over.IsCancellationRequested)
        {
            // So is the client.
        }
        catch (ConnectException)
        {
            // The state of the connection says it, and the work is asked for again when it is back.
        }
    }

    private async Task SendAllAsync()
    {
        await foreach (var send in _sends.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                var conversation = Opened(send.Conversation);
                var message = await conversation.EnqueueAsync(send.Text, send.Seen, CancellationToken.None);
                await _post(model => model.Queued(message));
                _ = message.Sent.ContinueWith(
                    // A refusal comes as an event.
                    _ => _post(static _ => { }),
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default
                );
            }
            catch (ConnectException error)
            {
                await _post(model => model.NotQueued(send.Conversation, send.Text, error.Message));
            }
        }
    }

    private Conversation Opened(string id)
    {
        lock (_opened)
        {
            // Of one that was found by name the other user is known, who is told with its first message.
            return _opened.TryGetValue(id, out var known) ? known : _device.Client.Conversation(id);
        }
    }

    private async Task OpenDirectAsync(string username)
    {
        try
        {
            var found = await _device.Client.OpenDirectAsync(username, _over);
            lock (_opened)
            {
                _opened[found.Id] = found;
            }

            await _post(model => model.Found(found.Id, found.Peer, username));
        }
        catch (ConnectException error)
        {
            var reason = error.Code switch
            {
                ErrorCode.NotFound => $"There is no user {username}.",
                ErrorCode.Unavailable => $"No connection: {username} could not be looked up.",
                _ => error.Message,
            };
            await _post(model => model.NotFound(reason));
        }
    }

    private async Task ReadNamesAsync(string id)
    {
        var members = await _device.Client.Conversation(id).MembersAsync(_over);
        await _post(model => model.Named(members.Select(member => (member.User, member.Username))));
    }

    private async Task AnswerAsync(string id, bool accept)
    {
        var conversation = _device.Client.Conversation(id);
        var done = await TellAsync(() =>
            accept ? conversation.AcceptRequestAsync(_over) : conversation.DeclineRequestAsync(_over)
        );
        if (done && !accept)
        {
            await _post(model => model.Gone(id));
        }
    }

    private async Task HideAsync(string id)
    {
        if (await TellAsync(() => _device.Client.Conversation(id).HideAsync(_over)))
        {
            await _post(model =>
            {
                model.Gone(id);
                model.Say("Hidden until something new comes.");
            });
        }
    }

    /// <summary>Does something, and tells the user when it could not be done.</summary>
    private async Task<bool> TellAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (ConnectException error)
        {
            await _post(model => model.Say(error.Message));
            return false;
        }
    }

    private async Task LoadOlderAsync(string id, long before)
    {
        var here = await OlderHereAsync(id, before);
        if (here.Count > 0)
        {
            await _post(model => model.Older(id, here, hasMore: true));
            return;
        }

        if (_device.Client.State != ConnectionState.Live)
        {
            await _post(model => model.NoOlder(id));
            return;
        }

        try
        {
            await foreach (var page in _device.Client.Conversation(id).HistoryAsync(before, OlderPage, _over))
            {
                if (page.Entries.Count > 0 || !page.HasMoreBefore)
                {
                    var entries = page.Entries.Select(ChatEntry.Of).ToList();
                    await _post(model => model.Older(id, entries, page.HasMoreBefore));
                    return;
                }
            }

            await _post(model => model.Older(id, [], hasMore: false));
        }
        catch (ConnectException)
        {
            await _post(model => model.NoOlder(id));
        }
    }

    /// <summary>What the store has directly below a seq. What it knows only as too old the server has.</summary>
    private async Task<List<ChatEntry>> OlderHereAsync(string id, long before)
    {
        var after = Math.Max(0, before - 1 - OlderPage);
        var items = await _device.Store.ReadAsync(id, after, OlderPage, _over);
        var entries = new List<ChatEntry>();
        foreach (var item in items.Where(item => item.To < before).Reverse())
        {
            if (item.To != before - 1 || item.Why == SkipReason.Expired)
            {
                break;
            }

            entries.Add(ChatEntry.Of(item));
            before = item.From;
        }

        return entries;
    }
}
