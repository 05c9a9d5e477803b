using Connect.Contracts.Identifiers;
using Connect.Doors.Limits;
using Connect.Gateway.Sessions;
using Connect.Protocol;
using Connect.Protocol.V1;
using Microsoft.Extensions.Logging;

namespace Connect.Gateway.Commands;

/// <summary>
/// One session as the commands see it: the session itself, its rates, and what of its requests waits for its turn.
/// </summary>
internal sealed class SessionCommands(Session session, CommandDispatcher dispatcher) : ISessionCommands
{
    private SendLanes? _sends;
    private PageLane? _pages;
    private SessionRates? _rates;
    private StateLane? _state;

    public Session Session => session;

    /// <inheritdoc/>
    public long HeldBytes => _pages is { } pages ? pages.HeldBytes : 0;

    /// <summary>Its sends, in order per conversation.</summary>
    public SendLanes Sends => _sends ??= dispatcher.NewSendLanes(session);

    /// <summary>Its questions whose answers are pages, one at a time.</summary>
    public PageLane Pages => _pages ??= dispatcher.NewPageLane(this);

    /// <summary>How fast it may go on.</summary>
    public SessionRates Rates => _rates ??= dispatcher.NewRates(session.User);

    /// <summary>What it says of its attention.</summary>
    public StateLane State => _state ??= dispatcher.NewStateLane(session);

    public Task GreetAsync(ClientFrame frame) => dispatcher.GreetAsync(session, frame);

    public void Run(ClientFrame frame) => dispatcher.Run(this, frame);

    public void Flush() => _sends?.Start();

    /// <summary>The client is too fast: says how long to wait, and closes when it does not care for that.</summary>
    public void Slow(SessionRequest request, TimeSpan wait)
    {
        session.Answer(request, new ServerFrame { Err = ErrorCode.RateLimited.ToErr(retryAfter: wait) });
        TooFast();
    }

    /// <summary>The same for what has no answer.</summary>
    public void TooFast()
    {
        if (session.IsOpen && !Rates.TryRefuse(session.Now))
        {
            dispatcher.Hammering(session);
            session.Close(CloseCode.Overloaded);
        }
    }
}

/// <summary>
/// What one session was refused for its speed. A message behind a refused one is refused, too: it could only be
/// answered <c>predecessor</c>, and would have used up what the first one waits for.
/// </summary>
internal sealed class SessionRates(RateLimits limits, UserId user)
{
    private Cid _refused;
    private long _refusalsFullAt;

    /// <summary>Zero: the message may go on. Else how long its sender shall wait.</summary>
    public TimeSpan TakeSend(ConversationId conversation, Cid cid, Cid after)
    {
        var wait = !after.IsNone && after == _refused ? TimeSpan.FromSeconds(1) : limits.TakeSend(user);
        if (wait == TimeSpan.Zero)
        {
            // Last, so that one who is too fast uses up nothing of the others.
            wait = limits.TakeSend(conversation);
        }

        if (wait > TimeSpan.Zero)
        {
            _refused = cid;
        }
        else if (cid == _refused)
        {
            _refused = default;
        }

        return wait;
    }

    /// <summary>One more refusal. False: the client does not slow down, and its session shall end.</summary>
    public bool TryRefuse(long nowMilliseconds) =>
        limits.SessionRefusals.Take(ref _refusalsFullAt, nowMilliseconds * TimeSpan.TicksPerMillisecond)
        == TimeSpan.Zero;

    /// <summary>Whether one more frame of typing is listened to: all sessions of the user count.</summary>
    public bool TryType() => limits.Typing.Take(user) == TimeSpan.Zero;
}

/// <summary>
/// The questions of one session whose answers are pages: one after the other, each only when the queue has room, so
/// that a client that asks much and reads little costs one page.
/// </summary>
internal sealed class PageLane(SessionCommands caller, PageCommands commands, ILogger log)
{
    private readonly Session _session = caller.Session;
    private readonly Lock _gate = new();

    /// <summary>Bytes of requests that wait before the socket is not read.</summary>
    private const int MostBytes = 128 * 1024;

    // A frame takes more in memory than on the wire: an id of 22 characters is a string of its own.
    private const int BytesPerWireByte = 3;

    private readonly Queue<(SessionRequest Request, ClientFrame Frame, int Bytes)> _waiting = new();
    private long _bytes;
    private bool _isRunning;

    /// <summary>How far its sync got.</summary>
    public SessionSync Sync { get; } = new();

    /// <summary>Bytes of memory that it takes, roughly.</summary>
    public long HeldBytes => (Volatile.Read(ref _bytes) * BytesPerWireByte) + Sync.PartBytes;

    /// <summary>Its turn comes; while much waits, the socket is not read.</summary>
    public void Add(SessionRequest request, ClientFrame frame)
    {
        var bytes = frame.CalculateSize();
        lock (_gate)
        {
            _waiting.Enqueue((request, frame, bytes));
            Count(bytes);
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        _ = RunAsync();
    }

    private async Task RunAsync()
    {
        while (TryTake(out var next))
        {
            try
            {
                await _session.Queue.WhenRoomAsync();
                await commands.ExecuteAsync(caller, next.Request, next.Frame);
            }
            catch (Exception exception)
            {
                GatewayLog.CommandFailed(log, exception, _session.Id);
                _session.Fail(next.Request, ErrorCode.Unavailable);
            }
        }
    }

    private bool TryTake(out (SessionRequest Request, ClientFrame Frame) next)
    {
        lock (_gate)
        {
            next = default;
            if (_session.Stage == SessionStage.Ended)
            {
                _waiting.Clear();
                Count(-_bytes);
            }

            _isRunning = _waiting.TryDequeue(out var first);
            if (_isRunning)
            {
                Count(-first.Bytes);
                next = (first.Request, first.Frame);
            }

            return _isRunning;
        }
    }

    private void Count(long bytes)
    {
        var wasFull = _bytes > MostBytes;
        Volatile.Write(ref _bytes, _bytes + bytes);
        if (wasFull != _bytes > MostBytes)
        {
            _session.ReadGate.SetLaneIsFull(!wasFull);
        }
    }
}
