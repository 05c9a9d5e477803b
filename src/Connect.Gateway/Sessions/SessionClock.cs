using Connect.Doors.Limits;
using Connect.Protocol;
using Connect.Protocol.V1;

namespace Connect.Gateway.Sessions;

/// <summary>
/// The deadlines of one session. Silence and slowness are measured in waking time, which stands still while the process
/// is stopped, and not while the server itself does not read; the end of a token is a matter of the calendar.
/// </summary>
internal sealed class SessionClock(LinkActivity activity, GatewayOptions options, TimerWheel wheel, TimeProvider time)
{
    /// <summary>
    /// The longest time between two looks at a session: what began meanwhile is seen this much later.
    /// </summary>
    private const long LongestWait = 5000;

    private readonly long _connectedAt = wheel.Now;
    private readonly long _silenceLimit = Milliseconds(ProtocolLimits.SilenceLimit(options.PingInterval));
    private long _pingedAt = wheel.Now;
    private long _closingAt;
    private long _syncSince;
    private long _tokenExpiresAt;
    private long _warning;
    private bool _warned;

    /// <summary>When the session's token ends, Unix milliseconds; 0 before <c>hello</c>.</summary>
    public long TokenExpiresAt => Volatile.Read(ref _tokenExpiresAt);

    /// <summary>Waking milliseconds, see <see cref="TimerWheel.Now"/>.</summary>
    public long Now => wheel.Now;

    /// <summary>Has the session called at <paramref name="due"/>, unless it is called earlier anyway.</summary>
    public void Schedule(ITimerWheelItem session, long due) => wheel.Schedule(session, due);

    /// <summary>Has the session called when something is due by itself.</summary>
    public void ScheduleNext(ITimerWheelItem session, SessionStage stage) =>
        wheel.Schedule(session, NextDue(wheel.Now, stage));

    public void SetToken(long expiresAt)
    {
        Volatile.Write(ref _tokenExpiresAt, expiresAt);

        // One that lives for less than the warning would be told to end as soon as it came, and so would the next.
        Volatile.Write(ref _warning, Math.Min(Milliseconds(options.TokenWarning), TokenLeft() / 2));
        Volatile.Write(ref _warned, false);
    }

    /// <summary>The client has a part of a sync to say or a page to ask for; or not any more.</summary>
    public void SyncWaits(bool isWaiting) => Volatile.Write(ref _syncSince, isWaiting ? wheel.Now : 0);

    public void BeginClosing(long at) => Volatile.Write(ref _closingAt, at);

    /// <summary>What is due now, most severe first. A reported ping or warning counts as done.</summary>
    public ClockVerdict Check(long at, SessionStage stage)
    {
        if (stage == SessionStage.Closing)
        {
            return at >= _closingAt + Milliseconds(options.CloseLinger) ? ClockVerdict.Cut : ClockVerdict.Nothing;
        }

        if (Late(activity.WritingSince, options.SlowConsumerDeadline, at))
        {
            return ClockVerdict.SlowConsumer;
        }

        if (!activity.IsResting)
        {
            if (Late(activity.MessageSince, options.MessageDeadline, at))
            {
                return ClockVerdict.MessageTooSlow;
            }

            if (at >= activity.LastByteAt + _silenceLimit)
            {
                return ClockVerdict.Silent;
            }
        }

        if (activity.WritingSince > 0 && Volatile.Read(ref _syncSince) is > 0 and var since)
        {
            // It can ask for no page while the one before is on its way.
            Interlocked.CompareExchange(ref _syncSince, at, since);
        }

        return stage switch
        {
            SessionStage.AwaitingHello when Late(_connectedAt, options.HelloDeadline, at) => ClockVerdict.HelloMissing,
            SessionStage.Open => CheckOpen(at),
            _ => ClockVerdict.Nothing,
        };
    }

    /// <summary>When to look again.</summary>
    public long NextDue(long at, SessionStage stage)
    {
        var next = at + LongestWait;
        switch (stage)
        {
            case SessionStage.Closing:
                return Math.Max(at + 1, _closingAt + Milliseconds(options.CloseLinger));
            case SessionStage.AwaitingHello:
                next = Math.Min(next, _connectedAt + Milliseconds(options.HelloDeadline));
                break;
            case SessionStage.Open:
                next = Math.Min(next, _pingedAt + Milliseconds(options.PingInterval));
                next = Math.Min(next, at + Math.Max(1, TokenDueIn()));
                break;
            default:
                break;
        }

        if (activity.MessageSince is > 0 and var since)
        {
            next = Math.Min(next, since + Milliseconds(options.MessageDeadline));
        }

        return Math.Max(at + 1, next);
    }

    /// <summary>How long the token still lives; negative once it is over.</summary>
    public long TokenLeft() => TokenExpiresAt - time.GetUtcNow().ToUnixTimeMilliseconds();

    private static bool Late(long since, TimeSpan limit, long at) => since > 0 && at >= since + Milliseconds(limit);

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;

    private ClockVerdict CheckOpen(long at)
    {
        var left = TokenLeft();
        if (left <= 0)
        {
            return ClockVerdict.TokenExpired;
        }

        if (Late(Volatile.Read(ref _syncSince), options.SyncDeadline, at))
        {
            return ClockVerdict.SyncStalled;
        }

        if (!_warned && left <= _warning)
        {
            _warned = true;
            return ClockVerdict.TokenExpiring;
        }

        if (at >= _pingedAt + Milliseconds(options.PingInterval))
        {
            _pingedAt = at;
            return ClockVerdict.Ping;
        }

        return ClockVerdict.Nothing;
    }

    private long TokenDueIn() => TokenLeft() - (_warned ? 0 : _warning);
}

/// <summary>What is due for a session.</summary>
internal enum ClockVerdict
{
    Nothing = 0,
    Ping,
    TokenExpiring,
    HelloMissing,
    MessageTooSlow,
    Silent,
    SlowConsumer,
    SyncStalled,
    TokenExpired,

    /// <summary>The goodbye took too long: cut the connection.</summary>
    Cut,
}

/// <summary>The pings of one session, and what their answers prove.</summary>
internal sealed class SessionPings(TimeProvider time)
{
    private long _pingedAt;
    private long _sureAt;
    private int _unanswered;

    /// <summary>How long ago it was last certain that everything written had arrived.</summary>
    public TimeSpan SinceSure =>
        Volatile.Read(ref _sureAt) is var sure and > 0 ? time.GetElapsedTime(sure) : TimeSpan.MaxValue;

    /// <summary>The next ping.</summary>
    /// <param name="isAllWritten">
    /// Nothing waits: the answer then proves that everything before the ping arrived. What is coalesced may be written
    /// after it.
    /// </param>
    public ServerFrame Next(bool isAllWritten)
    {
        var proves = Interlocked.Increment(ref _unanswered) == 1 && isAllWritten;
        Volatile.Write(ref _pingedAt, proves ? time.GetTimestamp() : 0);
        return new() { Ping = new() { Time = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds() } };
    }

    /// <summary>The client answers a ping.</summary>
    public void Answered()
    {
        if (Volatile.Read(ref _unanswered) <= 0)
        {
            return;
        }

        // With two pings unanswered nobody knows which of them is meant.
        if (Interlocked.Decrement(ref _unanswered) == 0 && Volatile.Read(ref _pingedAt) is var pinged and > 0)
        {
            Volatile.Write(ref _sureAt, pinged);
        }
    }
}
