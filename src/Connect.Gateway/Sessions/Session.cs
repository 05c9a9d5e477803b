using System.Net.WebSockets;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Gateway.Commands;
using Connect.Gateway.Limits;
using Connect.Gateway.Signals;
using Connect.Protocol;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;

namespace Connect.Gateway.Sessions;

/// <summary>
/// One live connection of one device. A shell: what is written is <see cref="SessionQueue"/>, what may be pushed
/// <see cref="SessionPushes"/>, what is late <see cref="SessionClock"/>, what is asked the commands.
/// </summary>
internal sealed class Session : IWheelItem
{
    private readonly ISessionLink _link;
    private readonly Lock _gate = new();
    private readonly SessionClock _clock;
    private SendLanes? _sends;
    private PageLane? _pages;
    private SessionRates? _rates;
    private volatile SessionStage _stage;
    private SessionAttention _attention = SessionAttention.Unknown;
    private long _typingSecond;
    private int _typingInSecond;
    private volatile bool _isLeaving;
    private RouteEnd _end;
    private long _pingedAt;
    private long _sureAt;
    private int _unansweredPings;

    public Session(ISessionLink link, SessionServices services)
    {
        _link = link;
        Services = services;
        ReadGate = new(services.Options.InFlight, services.Options.MarksInFlight);
        Queue = new(link, services.Options, ReadGate, services.Load, services.Metrics);
        Pushes = new(Queue, services.Metrics);
        Typing = new(this);
        _clock = new(link.Pulse, services.Options, services.Time, services.Wheel.Now);
        Number = services.Hub.Attach(this);
        services.Metrics.ConnectionBegan();
        services.Wheel.Schedule(this, _clock.NextDue(services.Wheel.Now, _stage));
    }

    public SessionId Id { get; } = SessionId.NewRandom();

    /// <summary>Which one it was of this node.</summary>
    public long Number { get; }

    public SessionServices Services { get; }

    public ReadGate ReadGate { get; }

    public SessionQueue Queue { get; }

    public SessionPushes Pushes { get; }

    public SessionTyping Typing { get; }

    public SessionStage Stage => _stage;

    /// <summary>Presence is pushed to it, and not only told when it asks.</summary>
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
            Volatile.Write(ref _attention, value);
            Typing.AttentionChanged(value);
            Services.Presence.AttentionChanged(this, value);
        }
    }

    /// <summary>How it ended, once it did.</summary>
    public RouteEnding Ending =>
        new(
            _end,
            Pushes.IsLive,
            Volatile.Read(ref _sureAt) is var sure and > 0 ? Services.Time.GetElapsedTime(sure) : TimeSpan.MaxValue
        );

    public long TokenExpiresAt => _clock.TokenExpiresAt;

    /// <summary>Its sends, in order per conversation.</summary>
    public SendLanes Sends => _sends ??= new(this);

    /// <summary>Its questions, one at a time.</summary>
    public PageLane Pages => _pages ??= new(this);

    /// <summary>How fast it may go on.</summary>
    public SessionRates Rates => _rates ??= new(Services.Rates, User);

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
        GatewayLog.BadFrame(Services.Log, Id, error.Reason ?? "");
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

    /// <summary>
    /// The client is too fast: says how long to wait, and closes when it does not care for that.
    /// </summary>
    public void Slow(SessionRequest request, TimeSpan wait)
    {
        Answer(request, new ServerFrame { Err = ErrorCode.RateLimited.ToErr(retryAfter: wait) });
        if (_stage == SessionStage.Open && !Rates.TryRefuse(Services.Wheel.Now))
        {
            GatewayLog.Hammering(Services.Log, Id);
            Close(CloseCode.Overloaded);
        }
    }

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
            replaced = Services.Hub.Add(this);
            _stage = SessionStage.Open;
        }

        LookAtToken();
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
        LookAtToken();
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
        var isHeavy = Queue.Bytes > Services.Options.QueueSoftBytes;
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

        GatewayLog.Closing(Services.Log, Id, code, reason);
        Services.Metrics.Closed(code);
        var now = Services.Wheel.Now;
        _clock.BeginClosing(now);
        Queue.Close(code, reason, discard);
        Services.Wheel.Schedule(this, _clock.NextDue(now, SessionStage.Closing));
    }

    /// <summary>The connection is over, however that came.</summary>
    public void End()
    {
        var wasClosing = _stage == SessionStage.Closing;
        if (TryLeave(SessionStage.Ended))
        {
            Services.Metrics.ConnectionEnded(wasClosing);
        }

        Queue.Break();
        Services.Hub.Detach(this);
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

    /// <summary>The client answers a ping.</summary>
    public void Ponged()
    {
        if (Volatile.Read(ref _unansweredPings) <= 0)
        {
            return;
        }

        // With two pings unanswered nobody knows which of them is meant.
        if (Interlocked.Decrement(ref _unansweredPings) == 0 && Volatile.Read(ref _pingedAt) is var pinged and > 0)
        {
            Volatile.Write(ref _sureAt, pinged);
        }
    }

    /// <summary>Whether one more word of typing is listened to; called by the reader of the socket only.</summary>
    public bool TryType()
    {
        var second = Services.Wheel.Now / 1000;
        if (second != _typingSecond)
        {
            (_typingSecond, _typingInSecond) = (second, 0);
        }

        return ++_typingInSecond <= Services.Options.TypingRate;
    }

    /// <summary>The end of a short token comes before the wheel would look by itself.</summary>
    private void LookAtToken()
    {
        var now = Services.Wheel.Now;
        Services.Wheel.Schedule(this, _clock.NextDue(now, SessionStage.Open));
    }

    private async ValueTask GreetAsync(IReadOnlyList<ClientFrame> frames)
    {
        _stage = SessionStage.Greeting;
        await HelloCommand.ExecuteAsync(this, frames[0]);
        Run(frames, 1);
    }

    private void Run(IReadOnlyList<ClientFrame> frames, int from)
    {
        for (var i = from; i < frames.Count && _stage == SessionStage.Open; i++)
        {
            CommandTable.Run(this, frames[i]);
        }

        // Only now: the sends of one message make one batch.
        _sends?.Start();
    }

    private async Task WatchAsync(SessionRequest request, Task command)
    {
        try
        {
            await command;
        }
        catch (Exception exception)
        {
            GatewayLog.CommandFailed(Services.Log, exception, Id);
            Fail(request, ErrorCode.Internal);
        }
    }

    private void Ping()
    {
        // Its answer proves that all written before has arrived; what is coalesced may be written after it.
        var proves = Interlocked.Increment(ref _unansweredPings) == 1 && Queue.IsEmpty;
        Volatile.Write(ref _pingedAt, proves ? Services.Time.GetTimestamp() : 0);
        Queue.Add(new ServerFrame { Ping = new() { Time = (ulong)Services.UnixNow } });
    }

    private bool TryLeave(SessionStage next)
    {
        lock (_gate)
        {
            if (_stage >= next)
            {
                return false;
            }

            if (_stage == SessionStage.Open)
            {
                Services.Hub.Remove(this);
                _ = Services.Directory.UnregisterAsync(User, Id, Ending).AsTask();
            }

            _stage = next;
        }

        Services.Presence.End(this);

        ReadGate.Lift();
        return true;
    }

    private void Act(ClockVerdict verdict)
    {
        switch (verdict)
        {
            case ClockVerdict.Ping:
                Ping();
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
            case ClockVerdict.SlowConsumer:
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
