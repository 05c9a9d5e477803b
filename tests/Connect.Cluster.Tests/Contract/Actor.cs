using Connect.Client;
using Connect.Client.Connections;
using Connect.Client.Stores;

namespace Connect.Cluster.Tests.Contract;

/// <summary>A device of a user in a scenario, and what it opened.</summary>
internal sealed class Actor : IAsyncDisposable
{
    private readonly Dictionary<string, Conversation> _rooms = [];
    private readonly Dictionary<string, ConversationView> _views = [];
    private readonly Dictionary<string, List<OutgoingMessage>> _sends = [];
    private readonly List<MessageReceived> _told = [];
    private readonly HttpMessageInvoker _http;
    private readonly IConnectStore _store;
    private readonly ConnectOptions _options;
    private CancellationTokenSource _over = new();
    private Task _listening = Task.CompletedTask;
    private ConversationListView? _list;
    private int _breaks;

    /// <param name="options">How it connects.</param>
    /// <param name="username">Its user's name.</param>
    /// <param name="login">Where its tokens come from.</param>
    /// <param name="store">What it holds; goes with it.</param>
    public Actor(ConnectOptions options, string username, ITokenSource login, IConnectStore store)
    {
        Username = username;
        Tokens = new(login);
        _store = store;
        _http = new(ServerTrust.CreateHandler(options.TrustedCertificates));
        Wire = new(new WebSocketTransportFactory(_http, options.Encoding, options.TimeProvider));
        _options = options with { TokenSource = Tokens, Store = store, Transport = Wire };
        Client = Open();
    }

    public string Username { get; }

    /// <summary>Its user's id; known once it was connected.</summary>
    public string Id => Client.User;

    public ContractTokens Tokens { get; }

    public LossyWire Wire { get; }

    public ConnectClient Client { get; private set; }

    /// <summary>How often its connection broke.</summary>
    public int Breaks => Volatile.Read(ref _breaks);

    /// <summary>The program ends and begins again with what its store holds.</summary>
    public async Task ReopenAsync()
    {
        await CloseAsync();
        _rooms.Clear();
        _views.Clear();
        _sends.Clear();
        _list = null;
        Client = Open();
    }

    /// <summary>The conversation that a step calls so; opened once.</summary>
    public async Task<Conversation> RoomAsync(string name, Func<ConnectClient, Task<Conversation>> open)
    {
        if (!_rooms.TryGetValue(name, out var room))
        {
            _rooms[name] = room = await open(Client);
        }

        return room;
    }

    /// <summary>The view of a conversation, open from the first question on.</summary>
    public async Task<ConversationContent> ViewAsync(Conversation room, CancellationToken cancellation)
    {
        if (!_views.TryGetValue(room.Id, out var view))
        {
            _views[room.Id] = view = await room.OpenViewAsync(cancellation);
        }

        return view.Current;
    }

    /// <summary>What the list says of a conversation, open from the first question on.</summary>
    public async Task<ConversationItem?> ItemAsync(Conversation room, CancellationToken cancellation)
    {
        _list ??= await Client.OpenListAsync(cancellation);
        return _list.Current.Items.FirstOrDefault(item => item.Id == room.Id);
    }

    /// <summary>Puts a message into the outbox, to be asked for by <see cref="Sent"/>.</summary>
    public async Task<OutgoingMessage> EnqueueAsync(Conversation room, string text, CancellationToken cancellation)
    {
        var message = await room.EnqueueAsync(text, cancellationToken: cancellation);
        if (!_sends.TryGetValue(room.Id, out var sends))
        {
            _sends[room.Id] = sends = [];
        }

        sends.Add(message);
        return message;
    }

    /// <summary>The seqs of what it sent to a conversation, in the order of sending; 0 = not answered.</summary>
    public IEnumerable<long> Sent(Conversation room) =>
        _sends
            .GetValueOrDefault(room.Id, [])
            .Select(message => message.Sent.IsCompletedSuccessfully ? message.Sent.Result.Seq : 0);

    /// <summary>The messages of a conversation of which it was told, in the order of telling.</summary>
    public IReadOnlyList<string> Told(Conversation room)
    {
        lock (_told)
        {
            return [.. _told.Where(message => message.Conversation == room.Id).Select(message => message.Text)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _store.DisposeAsync();
        await Tokens.DisposeAsync();
        _http.Dispose();
        _over.Dispose();
    }

    private async Task CloseAsync()
    {
        foreach (var view in _views.Values)
        {
            await view.DisposeAsync();
        }

        if (_list is not null)
        {
            await _list.DisposeAsync();
        }

        await _over.CancelAsync();
        await _listening;
        await Client.DisposeAsync();
    }

    private ConnectClient Open()
    {
        var client = new ConnectClient(_options);
        var isConnected = false;
        client.StateChanged += (_, change) =>
        {
            if (isConnected && change.State == ConnectionState.Connecting)
            {
                Interlocked.Increment(ref _breaks);
            }

            isConnected = change.State is ConnectionState.Live or ConnectionState.Syncing;
        };
        _over.Dispose();
        _over = new();
        _listening = ListenAsync(client, _over.Token);
        return client;
    }

    private async Task ListenAsync(ConnectClient client, CancellationToken cancellation)
    {
        try
        {
            await foreach (var value in client.EventsAsync(cancellation))
            {
                if (value is MessageReceived message)
                {
                    lock (_told)
                    {
                        _told.Add(message);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The end of the program or of the scenario.
        }
    }
}
