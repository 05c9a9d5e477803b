using System.Runtime.CompilerServices;
using Connect.Client.Connections;
using Connect.Client.Engine;
using Connect.Client.Http;
using Connect.Client.Outbox;
using Connect.Client.Stores;
using Wire = Connect.Protocol.V1;

namespace Connect.Client;

/// <summary>
/// One device of a user: it sends through a durable outbox and receives every conversation in order, without gaps and
/// once. It reconnects by itself, indefinitely. All members may be used from any thread.
/// </summary>
public sealed partial class ConnectClient : IAsyncDisposable
{
    private readonly ConnectOptions _options;
    private readonly IConnectStore _store;
    private readonly ITokenSource _tokens;
    private readonly ClientEngine _engine;
    private readonly AccountApi _api;
    private readonly SocketsHttpHandler? _ownHandler;
    private volatile StateChange _state = new(ConnectionState.Offline, null);
    private int _disposed;

    /// <summary>Makes a client; it connects once <see cref="ConnectAsync"/> is called.</summary>
    /// <exception cref="ArgumentException">
    /// The address is not a WebSocket's, a limit is below 1, or there is no source of tokens.
    /// </exception>
    public ConnectClient(ConnectOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
        _store = options.Store ?? new MemoryConnectStore();
        _tokens =
            options.TokenSource
            ?? (options.Token is { } callback ? new CallbackTokens(callback) : null)
            ?? throw new ArgumentException("A token or a token source is required.", nameof(options));
        _ownHandler = options.HttpHandler is null ? ServerTrust.CreateHandler(options.TrustedCertificates) : null;
        var invoker = new HttpMessageInvoker(options.HttpHandler ?? _ownHandler!, disposeHandler: false);
        _api = new(invoker, options.Url, options.TimeProvider);
        Groups = new(_api);
        People = new(_api);
        var transports =
            options.Transport ?? new WebSocketTransportFactory(invoker, options.Encoding, options.TimeProvider);
        _engine = new(options, _store, transports, _tokens) { StateChanged = OnStateChanged };
    }

    /// <summary>
    /// Raised for each change of the state, in order. A handler should return soon: the client waits for it.
    /// </summary>
    public event EventHandler<StateChange>? StateChanged;

    internal GroupApi Groups { get; }

    internal PeopleApi People { get; }

    /// <summary>The state of the connection.</summary>
    public ConnectionState State => _state.State;

    /// <summary>Why the client is not live: the last fault, or the reason it stopped; null when all is well.</summary>
    public ConnectException? Error => _state.Error;

    /// <summary>
    /// The server's limits: the protocol's defaults until the first session, then those the server last stated.
    /// </summary>
    public ServerLimits Limits => _engine.Limits;

    /// <summary>
    /// Entries older than this have ended for the members to whom they are still undelivered: the server's time, as far
    /// as its last greeting told it, less <see cref="ServerLimits.UndeliveredTtl"/>. See <see cref="MemberPlace"/>.
    /// </summary>
    public DateTimeOffset EndedBefore => _engine.ServerTime - Limits.UndeliveredTtl;

    /// <summary>
    /// Connects and stays connected until <see cref="DisconnectAsync"/>. Returns when the client is live, or when the
    /// first attempt failed for a reason that passes: then it keeps trying, and messages sent in the meantime wait.
    /// </summary>
    /// <exception cref="ConnectException">
    /// It cannot connect until somebody acts, for instance by logging in.
    /// </exception>
    public async Task<ConnectionState> ConnectAsync(CancellationToken cancellationToken = default)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _engine
            .CallAsync(
                machine =>
                {
                    machine.Connection.Start(error =>
                    {
                        if (error is null)
                        {
                            done.TrySetResult();
                        }
                        else
                        {
                            done.TrySetException(error);
                        }
                    });
                    return true;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return State;
    }

    /// <summary>Says goodbye and stays offline until <see cref="ConnectAsync"/>.</summary>
    public Task DisconnectAsync(CancellationToken cancellationToken = default) =>
        DoAsync(machine => machine.Connection.Stop(null), cancellationToken);

    /// <summary>A conversation by its id. Whether it exists is not checked.</summary>
    public Conversation Conversation(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return new(this, id, "");
    }

    /// <summary>
    /// The direct conversation with a user. It is stored, so that it opens offline once it has been opened online.
    /// </summary>
    /// <exception cref="ConnectException">
    /// There is no such user (not_found), it is this user (invalid), or no connection.
    /// </exception>
    public async Task<Conversation> OpenDirectAsync(string username, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(username);
        var stored = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
        if (stored.Directs.FirstOrDefault(direct => direct.Username == username) is { } known)
        {
            return new(this, known.Conversation, known.User);
        }

        var found = await FindAsync(username, cancellationToken).ConfigureAwait(false);
        var conversation =
            found.Direct
            ?? throw new ConnectException(ErrorCode.Invalid, "A conversation with oneself does not exist.");
        var batch = new StoreBatch { Directs = [new(username, found.Id, conversation)] };
        await _store.SaveAsync(batch, durable: false, cancellationToken).ConfigureAwait(false);
        return new(this, conversation, found.Id);
    }

    /// <summary>
    /// The user's conversations but for hidden ones, the one with the newest activity first. Waits for a connection.
    /// </summary>
    public IAsyncEnumerable<ConversationInfo> ListConversationsAsync(CancellationToken cancellationToken = default) =>
        ListConversationsAsync(Wire.ConversationFilter.Unspecified, cancellationToken);

    /// <summary>
    /// Some of the user's conversations, the one with the newest activity first. Waits for a connection. One that moves
    /// up meanwhile comes again, and then the later counts.
    /// </summary>
    /// <param name="filter">
    /// Without message requests, message requests alone, hidden ones alone; unspecified: all but hidden ones.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<ConversationInfo> ListConversationsAsync(
        Wire.ConversationFilter filter,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var after = "";
        do
        {
            var from = after;
            var frame = await AskAsync(
                    () =>
                        new()
                        {
                            Conversations = new()
                            {
                                After = from,
                                Limit = ProtocolLimits.DefaultPageItems,
                                Filter = filter,
                            },
                        },
                    cancellationToken
                )
                .ConfigureAwait(false);
            foreach (var item in frame.Conversations.Items)
            {
                yield return WireMapping.ToInfo(item);
            }

            after = frame.Conversations.Next;
        } while (after.Length > 0);
    }

    /// <summary>One of the user's conversations as the server has it now. Waits for a connection.</summary>
    /// <returns>Null when it is not this user's, or has not begun.</returns>
    public async Task<ConversationInfo?> GetConversationAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var frame = await AskAsync(() => new() { Conversations = new() { Ids = { id } } }, cancellationToken)
            .ConfigureAwait(false);
        return frame.Conversations.Items.Select(WireMapping.ToInfo).FirstOrDefault();
    }

    /// <summary>
    /// The events of all conversations: of each one in order, without gaps and once. An event counts as taken when the
    /// next one is requested; a reader that stops before that gets it again. Ends when the client is disposed.
    /// </summary>
    public IAsyncEnumerable<ConnectEvent> EventsAsync(CancellationToken cancellationToken = default) =>
        EventsAsync(null, cancellationToken);

    /// <summary>The messages not yet sent, oldest first, including those of an earlier process.</summary>
    public Task<IReadOnlyList<OutgoingMessage>> OutgoingAsync(CancellationToken cancellationToken = default) =>
        _engine.CallAsync(machine => machine.Sends.Outgoing, cancellationToken);

    /// <summary>Withdraws a message.</summary>
    /// <returns>False if it was already transmitted and may therefore arrive.</returns>
    public Task<bool> DiscardAsync(OutgoingMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _engine.CallAsync(machine => machine.Sends.Discard(message), cancellationToken);
    }

    /// <summary>
    /// Says goodbye and ends. Unsent messages stay in the store's outbox; the store itself stays open.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _engine.DisposeAsync().ConfigureAwait(false);
            _ownHandler?.Dispose();
        }
    }

    internal async IAsyncEnumerable<ConnectEvent> EventsAsync(
        string? conversation,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        _engine.Post(machine => machine.Feed.Subscribed(conversation));
        var events = _engine.Hub.ReadAsync(conversation, cancellationToken);
        await foreach (var value in events.ConfigureAwait(false))
        {
            yield return value;
        }
    }

    internal async Task<OutgoingMessage> EnqueueAsync(
        string conversation,
        string to,
        string text,
        long seen,
        CancellationToken cancellationToken
    )
    {
        var bytes = OutgoingText.CountBytes(text);
        var (message, limit) = await _engine
            .CallAsync(
                machine =>
                {
                    var queued =
                        bytes > machine.Connection.Limits.TextBytes
                            ? null
                            : machine.Enqueue(conversation, to, text, seen);
                    return (queued, machine.Connection.Limits.TextBytes);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        if (bytes > limit)
        {
            throw new ConnectException(
                ErrorCode.TooLarge,
                $"The text has {bytes} bytes of UTF-8; the limit is {limit}."
            );
        }

        return message
            ?? throw new ConnectException(
                ErrorCode.Overloaded,
                $"The outbox is full: {_options.OutboxLimit} messages are waiting.",
                retryable: true
            );
    }

    internal Task MarkReadAsync(string conversation, long seq, CancellationToken cancellationToken) =>
        DoAsync(machine => machine.Marks.MarkRead(conversation, seq), cancellationToken);

    internal async Task<Wire.ServerFrame> AskAsync(Func<Wire.ClientFrame> create, CancellationToken cancellationToken)
    {
        var question = new PendingRequest(create);
        try
        {
            await _engine
                .CallAsync(
                    machine =>
                    {
                        machine.Connection.Ask(question);
                        return true;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            return await question.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _engine.Post(_ => question.Withdrawn?.Invoke());
            throw;
        }
    }

    /// <summary>An HTTP call with a token; a token that ended is renewed once.</summary>
    internal async Task<T> CallAsync<T>(
        Func<string, CancellationToken, Task<T>> call,
        CancellationToken cancellationToken
    )
    {
        var token = await _tokens.GetTokenAsync(renew: false, cancellationToken).ConfigureAwait(false);
        try
        {
            return await call(token.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectException error) when (error.Code is ErrorCode.Unauthenticated or ErrorCode.TokenExpired)
        {
            token = await _tokens.GetTokenAsync(renew: true, cancellationToken).ConfigureAwait(false);
            return await call(token.Value, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The id of this user.</summary>
    internal async Task<string> FindSelfAsync(CancellationToken cancellationToken) =>
        (await CallAsync(_api.GetSelfAsync, cancellationToken).ConfigureAwait(false)).User;

    /// <summary>Asks something in the loop of the engine.</summary>
    internal Task<T> AskMachineAsync<T>(Func<SessionMachine, T> question, CancellationToken cancellationToken) =>
        _engine.CallAsync(question, cancellationToken);

    /// <summary>Does something in the loop of the engine.</summary>
    internal Task DoAsync(Action<SessionMachine> action, CancellationToken cancellationToken) =>
        _engine.CallAsync(
            machine =>
            {
                action(machine);
                return true;
            },
            cancellationToken
        );

    private Task<FoundUser> FindAsync(string username, CancellationToken cancellationToken) =>
        CallAsync((token, cancel) => _api.FindUserAsync(token, username, cancel), cancellationToken);

    private void OnStateChanged(StateChange change)
    {
        _state = change;
        try
        {
            StateChanged?.Invoke(this, change);
        }
        catch (Exception)
        {
            // A fault in a handler of the application must not stop the client.
        }
    }
}
