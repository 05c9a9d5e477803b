using System.Globalization;
using Connect.Client;
using Connect.Client.Stores;
using Connect.LoadGen.Checking;

namespace Connect.LoadGen.Smoke;

/// <summary>One device of a user: it sends a share of the messages and writes down what it is given.</summary>
public sealed class SmokeDevice : IAsyncDisposable
{
    /// <summary>Unanswered messages a device lets pile up, so that a kill always hits some.</summary>
    private const int Window = 32;

    private readonly ConnectOptions _options;
    private readonly IConnectStore _store;
    private readonly string _peer;
    private readonly Action _acknowledged;
    private readonly Lock _lock = new();
    private readonly List<SeenEntry> _log = [];
    private readonly List<OutgoingMessage> _outgoing = [];
    private ConnectAccount? _account;
    private ConnectClient? _client;
    private CancellationTokenSource? _reading;
    private Task _reader = Task.CompletedTask;
    private long _head;

    /// <param name="name">What makes its messages unlike those of other devices.</param>
    /// <param name="options">How it connects; store and agent are set here.</param>
    /// <param name="store">Its store, which it disposes.</param>
    /// <param name="peer">The username of whom it writes to.</param>
    /// <param name="acknowledged">Called at each acknowledgement.</param>
    public SmokeDevice(string name, ConnectOptions options, IConnectStore store, string peer, Action acknowledged)
    {
        Name = name;
        _options = options with { Store = store, Agent = "connect-load" };
        _store = store;
        _peer = peer;
        _acknowledged = acknowledged;
    }

    public string Name { get; }

    /// <summary>The highest seq it was given.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>Its messages without an answer yet.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock)
            {
                return _outgoing.Count(message => !message.Sent.IsCompleted);
            }
        }
    }

    /// <summary>How it stands, for the report of a run that did not end.</summary>
    public string State =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}: {_client?.State}, head {Head}, {InFlight} unanswered, {_client?.Error?.Message}"
        );

    /// <summary>Becomes a device of the user.</summary>
    public async Task LoginAsync(string username, string password, CancellationToken cancellationToken) =>
        _account = await ConnectAccount.LoginAsync(_options, username, password, Name, cancellationToken);

    /// <summary>Comes online and reads on from where it was.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _client = new ConnectClient(_options with { TokenSource = _account });
        _reading = new CancellationTokenSource();
        _reader = ReadAsync(_client, _reading.Token);
        await _client.ConnectAsync(cancellationToken);
    }

    /// <summary>Goes offline; its store stays.</summary>
    public async Task DisconnectAsync()
    {
        if (_client is { } client)
        {
            _client = null;
            await _reading!.CancelAsync();
            await _reader;
            await client.DisposeAsync();
            _reading.Dispose();
        }
    }

    /// <summary>Sends messages, a window of unanswered ones ahead; returns when all are acknowledged.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="words">What each says beside what tells it from the others.</param>
    public async Task SendAsync(int count, CancellationToken cancellationToken, string words = "all is well")
    {
        using var window = new SemaphoreSlim(Window);
        var conversation = await _client!.OpenDirectAsync(_peer, cancellationToken);
        var first = _outgoing.Count;
        var answers = new List<Task>(count);
        for (var n = first; n < first + count; n++)
        {
            await window.WaitAsync(cancellationToken);
            var text = string.Create(CultureInfo.InvariantCulture, $"{Name}/{n} {words}");
            var message = await conversation.EnqueueAsync(text, cancellationToken: cancellationToken);
            lock (_lock)
            {
                _outgoing.Add(message);
            }

            answers.Add(AnswerAsync(message, window));
        }

        await Task.WhenAll(answers).WaitAsync(cancellationToken);
    }

    /// <summary>What it sent, in its order.</summary>
    public IReadOnlyList<SendRecord> Sends()
    {
        lock (_lock)
        {
            return [.. _outgoing.Select(ToRecord)];
        }
    }

    /// <summary>What it was given, in the order it was given.</summary>
    public IReadOnlyList<SeenEntry> Log()
    {
        lock (_lock)
        {
            return [.. _log];
        }
    }

    /// <summary>The id of the conversation.</summary>
    public async Task<string> ConversationAsync(CancellationToken cancellationToken) =>
        (await _client!.OpenDirectAsync(_peer, cancellationToken)).Id;

    /// <summary>The whole conversation as the server tells it on demand, oldest first.</summary>
    public async Task<IReadOnlyList<SeenEntry>> HistoryAsync(CancellationToken cancellationToken)
    {
        var conversation = await _client!.OpenDirectAsync(_peer, cancellationToken);
        var entries = new List<Entry>();
        await foreach (var page in conversation.HistoryAsync(null, 200, cancellationToken))
        {
            entries.InsertRange(0, page.Entries);
        }

        return [.. entries.Select(ToSeen)];
    }

    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync();
        _account?.Dispose();
        await _store.DisposeAsync();
    }

    private static SendRecord ToRecord(OutgoingMessage message) =>
        new(message.Text, message.Sent.IsCompletedSuccessfully ? message.Sent.Result.Seq : null);

    private static SeenEntry ToSeen(Entry entry) => new(entry.Seq, entry.Cid.Length > 0 ? entry.Text : null);

    private async Task AnswerAsync(OutgoingMessage message, SemaphoreSlim window)
    {
        await message.Sent;
        _acknowledged();
        window.Release();
    }

    private async Task ReadAsync(ConnectClient client, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var happened in client.EventsAsync(cancellationToken))
            {
                switch (happened)
                {
                    case MessageReceived message:
                        Take(ToSeen(message.Entry));
                        break;
                    case EntryReceived change:
                        Take(ToSeen(change.Entry));
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to go offline.
        }
    }

    private void Take(SeenEntry entry)
    {
        lock (_lock)
        {
            _log.Add(entry);
            _head = Math.Max(_head, entry.Seq);
        }
    }
}
