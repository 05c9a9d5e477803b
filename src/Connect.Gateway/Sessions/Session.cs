using System.Collections.Immutable;
using System.Net.WebSockets;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Watching;
using Connect.Doors.Limits;
using Connect.Doors.Wire;
using Connect.Protocol;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;

namespace Connect.Gateway.Sessions;

/// <summary>
/// One live connection of one device. A shell: what is written is <see cref="SessionQueue"/>, what may be pushed
/// <see cref="SessionPushes"/>, what is late <see cref="SessionClock"/>, what is asked the commands.
/// </summary>
internal sealed class Session : ITimerWheelItem, IPresenceViewer
{
    private const int BytesPerRequest = 2 * 1024;
    private const long BytesPerWatched = 240;

    private readonly ISessionLink _link;
    private readonly SessionClock _clock;
    private readonly SessionPings _pings;
    private readonly SessionLifecycle _life;
    private readonly ISessionCommands _commands;
    private readonly Lock _gate = new();
    private volatile SessionStage _stage;
    private SessionAttention _attention = SessionAttention.Unknown;
    private volatile bool _isLeaving;
    private RouteEnd _end;

    public Session(
        ISessionLink link,
        ClientAddress address,
        SessionQueue queue,
        SessionClock clock,
        SessionPings pings,
        SessionLifecycle life,
        ICommandDispatcher commands
    )
    {
        (_link, _clock, _pings, _life, Queue) = (link, clock, pings, life, queue);
        Pushes = new(queue);
        Typing = new(this, clock);
        _commands = commands.Begin(this);
        Address = address;
        life.Began(this);
        clock.ScheduleNext(this, _stage);
    }

    public SessionId Id { get; } = SessionId.NewRandom();

    /// <summary>Where it comes from.</summary>
    public ClientAddress Address { get; }

    public ReadGate ReadGate => Queue.ReadGate;

    public SessionQueue Queue { get; }

    public SessionPushes Pushes { get; }

    public SessionTyping Typing { get; }

    public SessionStage Stage => _stage;

    /// <inheritdoc/>
    public bool IsOpen => _stage == SessionStage.Open;

    /// <inheritdoc/>
    public bool IsAway => Attention.IsBackground;

    /// <inheritdoc/>
    public bool WantsPresence { get; set; } = true;

    /// <summary>Who this is; none before <c>hello</c>.</summary>
    public UserId User { get; private set; }

    public DeviceId Device { get; private set; }

    /// <summary>What the client said of its attention.</summary>
    public SessionAttention Attention
    {
        get => Volatile.Read(ref _attention);
        set
        {
            var before = Interlocked.Exchange(ref _attention, value);
            Typing.AttentionChanged(value);
            if (before.IsBackground != value.IsBackground)
            {
                _life.AttentionChanged(this);
            }
        }
    }

    /// <summary>How it ended, once it did.</summary>
    public RouteEnding Ending => new(_end, Pushes.IsLive, _pings.SinceSure);

    /// <summary>
    /// Bytes of memory that the node holds for it alone, roughly: what waits to be written, its requests, what its sync
    /// has to read, whom it watches.
    /// </summary>
    public long HeldBytes =>
        Queue.HeldBytes
        + Pushes.SyncBytes
        + _commands.HeldBytes
        + ((long)ReadGate.Requests * BytesPerRequest)
        + (_life.CountWatched(this) * BytesPerWatched);

    public long TokenExpiresAt => _clock.TokenExpiresAt;

    /// <summary>Waking milliseconds, see <see cref="TimerWheel.Now"/>.</summary>
    public long Now => _clock.Now;

    public long WheelDue { get; set; }

    /// <summary>Takes all frames of one message, parsed before any is acted on (step 2).</summary>
    public ValueTask ReceiveAsync(IReadOnlyList<ClientFrame> frames)
    {
        if (_stage == SessionStage.AwaitingHello && frames.Count > 0)
        {
            return GreetAsync(frames);
        }

        Run(frames, 0);
        return ValueTask.CompletedTask;
    }

    /// <summary>The client broke the protocol: says how, and closes for good.</summary>
    public void Break(FrameError error)
    {
        GatewayLog.BadFrame(_life.Log, Id, error.Reason ?? "");
        Queue.Add(new ServerFrame { Err = error.Code.ToErr(error.Reason) });
        Close(CloseCode.BadProtocol);
    }

    public void Began(SessionRequest request) => ReadGate.Began(request.IsMark);

    public void Answer(SessionRequest request, ServerFrame frame)
    {
        frame.Id = request.Id;
        Queue.Add(frame);
        Answered(request);
    }

    /// <summary>To be called when the answer is queued already.</summary>
    public void Answered(SessionRequest request)
    {
        ReadGate.Answered(request.IsMark);
        if (_isLeaving && ReadGate.IsIdle)
        {
            Close(CloseCode.GoingAway);
        }
    }

    public void Fail(SessionRequest request, ErrorCode code, string? field = null) =>
        Answer(request, new ServerFrame { Err = code.ToErr(field: field) });

    /// <summary>Answers for a command that throws, which it may do only before it answered.</summary>
    public void Watch(SessionRequest request, Task command)
    {
        if (!command.IsCompletedSuccessfully)
        {
            _ = WatchAsync(request, command);
        }
    }

    /// <summary>From here on the session is known and can be found by its user. False: it ended meanwhile.</summary>
    public bool TryOpen(UserId user, DeviceId device, long tokenExpiresAt, out Session? replaced)
    {
        lock (_gate)
        {
            replaced = null;
            if (_stage != SessionStage.Greeting)
            {
                return false;
            }

            (User, Device) = (user, device);
            _clock.SetToken(tokenExpiresAt);
            replaced = _life.Opened(this);
            _stage = SessionStage.Open;
        }

        _clock.ScheduleNext(this, SessionStage.Open);
        return true;
    }

    /// <summary>The login of this session is over: says so, and closes for good.</summary>
    public void EndLogin(CloseCode code)
    {
        _end = RouteEnd.Left;
        Queue.Add(new ServerFrame { Err = ErrorCode.Unauthenticated.ToErr() });
        Close(code);
    }

    public void RenewToken(long expiresAt)
    {
        _clock.SetToken(expiresAt);
        _clock.ScheduleNext(this, SessionStage.Open);
    }

    /// <summary>A fault of ours left requests unanswered: closes, so that the client repeats them elsewhere.</summary>
    public void EndFaulted(Exception exception)
    {
        GatewayLog.CommandFailed(_life.Log, exception, Id);
        Close(CloseCode.Overloaded);
    }

    /// <summary>The user leaves.</summary>
    public void Leave()
    {
        _end = RouteEnd.Left;
        Close((int)WebSocketCloseStatus.NormalClosure, "bye");
    }

    /// <summary>Asks the client to go elsewhere, and closes once nothing is in flight.</summary>
    public void GoAway(GoAway why)
    {
        if (_stage is SessionStage.Open or SessionStage.Greeting)
        {
            Queue.Add(new ServerFrame { GoAway = why });
            _isLeaving = true;
            _end = RouteEnd.SentAway;
        }

        if (_stage == SessionStage.AwaitingHello || ReadGate.IsIdle)
        {
            Close(CloseCode.GoingAway);
        }
    }

    /// <summary>
    /// The node lacks memory: what waits for a client that does not take it goes first, the goodbye too if need be.
    /// </summary>
    public void Shed(GoAway why)
    {
        var isHeavy = Queue.IsHeavy;
        if (_stage is SessionStage.Open or SessionStage.Greeting && !isHeavy)
        {
            Queue.Add(new ServerFrame { GoAway = why });
        }

        Close(CloseCode.Overloaded, discard: isHeavy);
    }

    public void Close(CloseCode code, bool discard = false) => Close((int)code, code.Name(), discard);

    /// <summary>
    /// The route ends at once; what waits is still written; the connection is cut if that takes long.
    /// </summary>
    public void Close(int code, string reason, bool discard = false)
    {
        if (!TryLeave(SessionStage.Closing))
        {
            return;
        }

        _life.Closing(this, code, reason);
        _clock.BeginClosing(_clock.Now);
        Queue.Close(code, reason, discard);
        _clock.ScheduleNext(this, SessionStage.Closing);
    }

    /// <summary>The connection is over, however that came.</summary>
    public void End()
    {
        var wasClosing = _stage == SessionStage.Closing;
        if (TryLeave(SessionStage.Ended))
        {
            _life.ConnectionEnded(wasClosing);
        }

        Queue.Break();
        _life.Ended(this);
    }

    public long OnDue(long now)
    {
        var stage = _stage;
        if (stage == SessionStage.Ended)
        {
            return 0;
        }

        Act(_clock.Check(now, stage));
        Typing.Expire(now);
        return Math.Max(now + 1, Math.Min(_clock.NextDue(now, _stage), Typing.NextDue));
    }

    /// <summary>
    /// Its sync waits for the client's next part or question, which must come in time; or not any more.
    /// </summary>
    public void SyncWaits(bool isWaiting) => _clock.SyncWaits(isWaiting);

    /// <summary>The client answers a ping.</summary>
    public void Ponged() => _pings.Answered();

    /// <inheritdoc/>
    public void Push(IReadOnlyList<PresenceSighting> changes) =>
        Queue.AddPresence([.. changes.Select(WireMapping.ToWire)]);

    private async ValueTask GreetAsync(IReadOnlyList<ClientFrame> frames)
    {
        _stage = SessionStage.Greeting;
        await _commands.GreetAsync(frames[0]);
        Run(frames, 1);
    }

    private void Run(IReadOnlyList<ClientFrame> frames, int from)
    {
        for (var i = from; i < frames.Count && _stage == SessionStage.Open; i++)
        {
            _commands.Run(frames[i]);
        }

        // Only now: the sends of one message make one batch.
        _commands.Flush();
    }

    private async Task WatchAsync(SessionRequest request, Task command)
    {
        try
        {
            await command;
        }
        catch (Exception exception)
        {
            GatewayLog.CommandFailed(_life.Log, exception, Id);
            Fail(request, ErrorCode.Internal);
        }
    }

    private bool TryLeave(SessionStage next)
    {
        lock (_gate)
        {
            if (_stage >= next)
            {
                return false;
            }

            _life.Left(this, wasOpen: _stage == SessionStage.Open);
            _stage = next;
        }

        _life.EndWatches(this);

        ReadGate.Lift();
        return true;
    }

    private void Act(ClockVerdict verdict)
    {
        switch (verdict)
        {
            case ClockVerdict.Ping:
                Queue.Add(_pings.Next(Queue.IsEmpty));
                break;
            case ClockVerdict.TokenExpiring:
                var left = (uint)Math.Max(0, _clock.TokenLeft());
                Queue.Add(new ServerFrame { TokenExpiring = new() { InMs = left } });
                break;
            case ClockVerdict.HelloMissing:
                Queue.Add(new ServerFrame { Err = ErrorCode.HelloExpected.ToErr("No hello came in time.") });
                Close(CloseCode.BadProtocol);
                break;
            case ClockVerdict.MessageTooSlow:
                Queue.Add(new ServerFrame { Err = ErrorCode.BadFrame.ToErr("A message took too long.") });
                Close(CloseCode.BadProtocol);
                break;
            case ClockVerdict.Silent:
                Close(CloseCode.PingTimeout, discard: true);
                break;
            case ClockVerdict.SlowConsumer or ClockVerdict.SyncStalled:
                Close(CloseCode.SlowConsumer, discard: true);
                break;
            case ClockVerdict.TokenExpired:
                Queue.Add(new ServerFrame { Err = ErrorCode.TokenExpired.ToErr() });
                Close(CloseCode.TokenExpired);
                break;
            case ClockVerdict.Cut:
                _link.Abort();
                break;
            default:
                break;
        }
    }
}

/// <summary>How far a session got; it only moves on.</summary>
internal enum SessionStage
{
    /// <summary>Connected; the first frame has not come.</summary>
    AwaitingHello = 0,

    /// <summary>The token is being checked.</summary>
    Greeting = 1,

    /// <summary>Known and reachable.</summary>
    Open = 2,

    /// <summary>Saying goodbye: the route is gone, what waits is written.</summary>
    Closing = 3,

    /// <summary>The connection is gone.</summary>
    Ended = 4,
}

/// <summary>
/// What a client said of its user's attention; kept as said until it says otherwise or the session ends.
/// </summary>
/// <param name="IsBackground">Nobody looks: no typing and no presence are pushed.</param>
/// <param name="Open">The conversations on screen.</param>
internal sealed record SessionAttention(bool IsBackground, ImmutableArray<ConversationId> Open)
{
    public static readonly SessionAttention Unknown = new(false, []);
    public static readonly SessionAttention Background = new(true, []);

    /// <summary>Whether another says the same.</summary>
    public bool Says(SessionAttention other) =>
        IsBackground == other.IsBackground && Open.AsSpan().SequenceEqual(other.Open.AsSpan());
}
