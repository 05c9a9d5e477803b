using System.Threading.Channels;
using Connect.Cli.Runs;
using Connect.Cli.Screens.Models;
using Connect.Client;
using Connect.Protocol;

namespace Connect.Cli.Screens;

/// <summary>Carries out the requests of the screen in the background and posts the results to it.</summary>
internal sealed class ScreenWork : IAsyncDisposable
{
    private const int OlderPage = 100;

    /// <summary>How long to wait for an answer from the server.</summary>
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait while offline: what is stored on this machine is there at once.</summary>
    private static readonly TimeSpan OfflinePatience = TimeSpan.FromSeconds(1);

    private readonly Device _device;
    private readonly Func<Action<ScreenModel>, Task> _post;
    private readonly CancellationToken _over;
    private readonly Dictionary<string, Conversation> _opened = new(StringComparer.Ordinal);
    private readonly Channel<ScreenRequest.Send> _sends = Channel.CreateUnbounded<ScreenRequest.Send>(
        // Bounded by what a person types.
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly TimeProvider _time;
    private readonly Task _sending;
    private Task _viewing = Task.CompletedTask;
    private volatile ConversationView? _view;
    private Task _following = Task.CompletedTask;

    public ScreenWork(Device device, Func<Action<ScreenModel>, Task> post, TimeProvider time, CancellationToken over)
    {
        _device = device;
        _post = post;
        _time = time;
        _over = over;
        _sending = Task.Run(SendAllAsync, CancellationToken.None);
    }

    /// <summary>Afterwards everything that was sent is in the outbox.</summary>
    public async ValueTask DisposeAsync()
    {
        _sends.Writer.TryComplete();
        await _sending;
        await _viewing;
        await CloseViewAsync();
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
                Run(() => LoadOlderAsync(older.Conversation));
                break;
            case ScreenRequest.OpenDirect direct:
                Run(() => OpenDirectAsync(direct.Username));
                break;
            case ScreenRequest.ReadNames names:
                Run(() => ReadNamesAsync(names.Conversation));
                break;
            case ScreenRequest.ReadReaders readers:
                Run(() => ReadReadersAsync(readers.Conversation, readers.Seq));
                break;
            case ScreenRequest.View view:
                var before = _viewing;
                _viewing = Task.Run(() => Quietly(() => ViewAsync(view.Conversation, before)), CancellationToken.None);
                break;
            case ScreenRequest.Type type:
                var typed = _device.Client.Conversation(type.Conversation);
                Run(() => type.IsOn ? typed.TypingAsync(_over) : typed.StopTypingAsync(_over));
                break;
            case ScreenRequest.AnswerRequest answer:
                var asked = _device.Client.Conversation(answer.Conversation);
                Run(() =>
                    TellAsync(() => answer.Accept ? asked.AcceptRequestAsync(_over) : asked.DeclineRequestAsync(_over))
                );
                break;
            case ScreenRequest.Mute mute:
                Run(() => TellAsync(() => _device.Client.Conversation(mute.Conversation).MuteAsync(mute.Until, _over)));
                break;
            case ScreenRequest.Hide hide:
                Run(() => HideAsync(hide.Conversation, hide.Seen));
                break;
        }
    }

    /// <summary>Loads what the store holds beside the list, without asking the server.</summary>
    public async Task LoadAsync(ScreenModel model)
    {
        var stored = await _device.Store.LoadAsync(_over);
        model.Load(_device.Names.All, stored.Directs, await _device.Client.OutgoingAsync(_over));
    }

    /// <summary>Connects and stays connected; the state reports progress.</summary>
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
            // The screen has closed.
        }
        catch (ObjectDisposedException) when (_over.IsCancellationRequested)
        {
            // So has the client.
        }
        catch (ConnectException)
        {
            // The connection state shows it, and the screen asks again once connected.
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
                    // A refusal arrives as an event.
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
            // A conversation found by name knows its other user, which its first message needs.
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
                ErrorCode.Unavailable => $"Cannot look up {username}: not connected.",
                _ => error.Message,
            };
            await _post(model => model.NotFound(reason));
        }
    }

    private async Task ReadNamesAsync(string id)
    {
        if (id.Length == 0)
        {
            var contacts = await _device.Client.ContactsAsync(_over);
            _device.Names.Learn(contacts.Select(contact => (contact.User, contact.Username)));
        }
        else
        {
            var members = await _device.Client.Conversation(id).MembersAsync(_over);
            _device.Names.Learn(members.Select(member => (member.User, member.Username)));
        }

        await _post(model => model.Named(_device.Names.All));
    }

    private async Task ReadReadersAsync(string id, long seq)
    {
        try
        {
            using var patience = new CancellationTokenSource(AnswerPatience, _time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _over);
            var places = await _device.Client.Conversation(id).ReadersAsync(seq, end.Token);
            await _post(model => model.Learn(seq, places));
        }
        catch (Exception error) when (error is ConnectException or OperationCanceledException)
        {
            await _post(model => model.NoReaders(seq));
        }
    }

    private async Task HideAsync(string id, long seen)
    {
        var conversation = _device.Client.Conversation(id);
        if (await TellAsync(() => seen > 0 ? conversation.HideAsync(seen, _over) : conversation.HideAsync(_over)))
        {
            await _post(model => model.Say("Hidden until there is something new."));
        }
    }

    /// <summary>Does something and tells the user if it fails.</summary>
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

    /// <summary>Views are opened one at a time: of the conversation on the screen, or none.</summary>
    private async Task ViewAsync(string id, Task before)
    {
        await before;
        await CloseViewAsync();
        if (id.Length > 0)
        {
            var view = await _device.Client.Conversation(id).OpenViewAsync(_over);
            _view = view;
            _following = Task.Run(() => Quietly(() => FollowAsync(view)), CancellationToken.None);
        }
    }

    private async Task CloseViewAsync()
    {
        if (_view is { } view)
        {
            _view = null;
            await view.DisposeAsync();
            await _following;
        }
    }

    private async Task FollowAsync(ConversationView view)
    {
        await foreach (var content in view.SnapshotsAsync(_over))
        {
            await _post(model => model.Show(content));
        }
    }

    private async Task LoadOlderAsync(string id)
    {
        if (_view is not { } view || view.Current.Conversation != id)
        {
            return;
        }

        var isLive = _device.Client.State == ConnectionState.Live;
        using var patience = new CancellationTokenSource(isLive ? AnswerPatience : OfflinePatience, _time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _over);
        var failed = false;
        try
        {
            await view.LoadOlderAsync(OlderPage, end.Token);
        }
        catch (Exception error)
            when (error is ConnectException or OperationCanceledException or ObjectDisposedException)
        {
            failed = true;
        }

        var content = view.Current;
        await _post(model =>
        {
            model.Show(content);
            model.Loaded(id, failed);
        });
    }
}
