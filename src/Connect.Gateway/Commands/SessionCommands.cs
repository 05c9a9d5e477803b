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

    public Session Session => session;

    /// <summary>Its sends, in order per conversation.</summary>
    public SendLanes Sends => _sends ??= dispatcher.NewSendLanes(session);

    /// <summary>Its questions whose answers are pages, one at a time.</summary>
    public PageLane Pages => _pages ??= dispatcher.NewPageLane(this);

    /// <summary>How fast it may go on.</summary>
    public SessionRates Rates => _rates ??= dispatcher.NewRates(session.User);

    public Task GreetAsync(ClientFrame frame) => dispatcher.GreetAsync(session, frame);

    public void Run(ClientFrame frame) => dispatcher.Run(this, frame);

    public void Flush() => _sends?.Start();

    /// <summary>The client is too fast: says how long to wait, and closes when it does not care for that.</summary>
    public void Slow(SessionRequest request, TimeSpan wait)
    {
        session.Answer(request, new ServerFrame { Err = ErrorCode.RateLimited.ToErr(retryAfter: wait) });
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
internal sealed class SessionRates(RateLimits limits, UserId user, int typingPerSecond)
{
    private long _typingSecond;
    private int _typingInSecond;
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

    /// <summary>Whether one more frame of typing is listened to; called by the reader of the socket alone.</summary>
    public bool TryType(long nowMilliseconds)
    {
        var second = nowMilliseconds / 1000;
        if (second != _typingSecond)
        {
            (_typingSecond, _typingInSecond) = (second, 0);
        }

        return ++_typingInSecond <= typingPerSecond;
    }
}

/// <summary>
/// The questions of one session whose answers are pages: one after the other, each only when the queue has room, so
/// that a client that asks much and reads little costs one page.
/// </summary>
internal sealed class PageLane(SessionCommands caller, PageCommands commands, ILogger log)
{
    private readonly Session _session = caller.Session;
    private readonly Lock _gate = new();
    private readonly Queue<(SessionRequest Request, ClientFrame Frame)> _waiting = new();
    private bool _isRunning;

    /// <summary>How far its sync got.</summary>
    public SessionSync Sync { get; } = new();

    public void Add(SessionRequest request, ClientFrame frame)
    {
        lock (_gate)
        {
            _waiting.Enqueue((request, frame));
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
            await _session.Queue.WhenRoomAsync();
            try
            {
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
            if (_session.Stage == SessionStage.Ended)
            {
                _waiting.Clear();
            }

            return _isRunning = _waiting.TryDequeue(out next);
        }
    }
}
