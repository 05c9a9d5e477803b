using System.Collections.Concurrent;
using System.Globalization;
using Connect.Client;
using Connect.Client.Stores;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Restores;

/// <summary>A device of the SDK with its durable store, which writes down what it is given.</summary>
internal sealed class KeepingDevice : IAsyncDisposable
{
    /// <summary>Unanswered messages it lets pile up.</summary>
    private const int Window = 16;

    private readonly ConnectOptions _options;
    private readonly string _folder;
    private FileConnectStore? _store;
    private ConnectAccount? _account;
    private ConnectClient? _client;
    private Conversation? _room;
    private CancellationTokenSource _over = new();
    private Task _reading = Task.CompletedTask;

    private KeepingDevice(ServerProcess server, string folder)
    {
        _folder = folder;
        _options = new ConnectOptions(new UriBuilder(server.Url) { Scheme = "wss", Path = "/v1/connect" }.Uri)
        {
            TrustedCertificates = server.CertificateFile,
        };
    }

    /// <summary>Everything it was given, in this order.</summary>
    public ConcurrentQueue<ConnectEvent> Events { get; } = new();

    /// <summary>What it sent, in this order.</summary>
    public ConcurrentQueue<OutgoingMessage> Outgoing { get; } = new();

    public string User => _account!.User;

    public IReadOnlyList<ConversationReset> Resets => [.. Events.OfType<ConversationReset>()];

    public static async Task<KeepingDevice> JoinAsync(
        ServerProcess server,
        string username,
        string folder,
        CancellationToken cancellation
    )
    {
        var device = new KeepingDevice(server, folder);
        device._store = new(folder);
        var options = device._options with { Store = device._store };
        device._account = await ConnectAccount.LoginAsync(options, username, TestUser.Password, "it", cancellation);
        await device.StartAsync(options, cancellation);
        return device;
    }

    /// <summary>The program ends; what it kept stays.</summary>
    public async Task CloseAsync()
    {
        await _over.CancelAsync();
        await _reading;
        await _client!.DisposeAsync();
        _account!.Dispose();
        await _store!.DisposeAsync();
        _store = null;
    }

    /// <summary>The program starts again, with what it kept.</summary>
    public async Task ReopenAsync(CancellationToken cancellation)
    {
        _store = new(_folder);
        _over.Dispose();
        _over = new();
        var options = _options with { Store = _store };
        _account = await ConnectAccount.OpenAsync(options, cancellation);
        Assert.NotNull(_account);
        await StartAsync(options, cancellation);
    }

    /// <summary>Puts one into the outbox; it is durable there.</summary>
    public async Task EnqueueAsync(string text, CancellationToken cancellation) =>
        Outgoing.Enqueue(await _room!.EnqueueAsync(text, cancellationToken: cancellation));

    /// <summary>Sends until it is told to stop, a window of unanswered ones ahead.</summary>
    public async Task SendAsync(string name, CancellationToken stop)
    {
        try
        {
            for (var n = 0; ; n++)
            {
                await EnqueueAsync(string.Create(CultureInfo.InvariantCulture, $"{name} {n}"), CancellationToken.None);
                if (n >= Window)
                {
                    await Outgoing.ElementAt(Outgoing.Count - Window).Sent.WaitAsync(stop);
                }

                stop.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What is in the outbox stays there.
        }
    }

    /// <summary>Opens the conversation that it sends to; gives its id.</summary>
    public async Task<string> OpenAsync(string username, CancellationToken cancellation)
    {
        _room = await _client!.OpenDirectAsync(username, cancellation);
        return _room.Id;
    }

    public async Task UntilAsync(Func<KeepingDevice, bool> condition, string missing, CancellationToken cancellation)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition(this))
        {
            Assert.False(
                cancellation.IsCancellationRequested,
                $"Missing: {missing}. {_client?.State}, {Events.Count} events, {_client?.Error?.Message}"
            );
            Assert.False(_reading.IsFaulted, _reading.Exception?.ToString());
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>What it keeps of a conversation, read anew from its files; it must be closed.</summary>
    public async Task<List<Entry>> KeptAsync(string conversation, CancellationToken cancellation)
    {
        await using var store = new FileConnectStore(_folder);
        await store.LoadAsync(cancellation);
        var kept = await store.ReadAsync(conversation, 0, int.MaxValue, cancellation);
        return [.. kept.Select(item => item.Entry!)];
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await CloseAsync();
        }

        _over.Dispose();
    }

    private async Task StartAsync(ConnectOptions options, CancellationToken cancellation)
    {
        _client = new ConnectClient(options with { TokenSource = _account });
        _reading = ReadAsync(_client, _over.Token);
        await _client.ConnectAsync(cancellation);
    }

    private async Task ReadAsync(ConnectClient client, CancellationToken over)
    {
        try
        {
            await foreach (var happened in client.EventsAsync(over))
            {
                Events.Enqueue(happened);
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }
}
