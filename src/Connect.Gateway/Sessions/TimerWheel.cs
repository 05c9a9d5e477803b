using Microsoft.Extensions.Logging;

namespace Connect.Gateway.Sessions;

/// <summary>What a <see cref="TimerWheel"/> calls.</summary>
internal interface ITimerWheelItem
{
    /// <summary>When it is to be called next; kept for the wheel, which guards it.</summary>
    long WheelDue { get; set; }

    /// <summary>It is due. Returns when it is due again; 0 = never.</summary>
    long OnDue(long now);
}

/// <summary>
/// One timer for the deadlines of all sessions, and the clock they are measured by: waking time, which stands still
/// while the process is stopped. A tick that comes late (SIGSTOP, a frozen machine, a long pause) moves the clock by
/// one second at most, so nobody is closed for a silence that was the server's own.
/// </summary>
internal sealed class TimerWheel : IDisposable
{
    private const int Slots = 256;
    private const long MaxStepMilliseconds = 1000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly List<(ITimerWheelItem Item, long Due)>?[] _slots = new List<(ITimerWheelItem, long)>?[Slots];
    private long _lastTimestamp;
    private long _now = 1;
    private long _nextSlot;
    private int _ticking;

    public TimerWheel(TimeProvider time, ILogger<TimerWheel> log)
    {
        _time = time;
        _log = log;
        _lastTimestamp = time.GetTimestamp();
        _nextSlot = SlotOf(_now);
        _timer = time.CreateTimer(static wheel => ((TimerWheel)wheel!).OnTick(), this, Tick, Tick);
    }

    /// <summary>
    /// Waking milliseconds since the wheel began, as of the last tick; starts at 1 so that 0 means "none".
    /// </summary>
    public long Now => Volatile.Read(ref _now);

    /// <summary>
    /// Has <paramref name="item"/> called at <paramref name="due"/>, unless it is called earlier anyway.
    /// </summary>
    public void Schedule(ITimerWheelItem item, long due)
    {
        lock (_gate)
        {
            if (item.WheelDue == 0 || due < item.WheelDue)
            {
                Insert(item, due);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private static long SlotOf(long milliseconds) => milliseconds / (long)Tick.TotalMilliseconds;

    /// <summary>An item further away than the wheel reaches is put at its far end and called early.</summary>
    private void Insert(ITimerWheelItem item, long due)
    {
        var slot = Math.Clamp(SlotOf(due) + 1, _nextSlot, _nextSlot + Slots - 1);
        item.WheelDue = due;
        (_slots[slot % Slots] ??= []).Add((item, due));
    }

    private void OnTick()
    {
        // A tick that takes longer than a period must not run twice at once; the time is made up by the next one.
        if (Interlocked.Exchange(ref _ticking, 1) == 1)
        {
            return;
        }

        try
        {
            var timestamp = _time.GetTimestamp();
            var elapsed = (long)_time.GetElapsedTime(_lastTimestamp, timestamp).TotalMilliseconds;
            if (elapsed <= 0)
            {
                return;
            }

            _lastTimestamp = timestamp;
            var now = _now + Math.Min(elapsed, MaxStepMilliseconds);
            Volatile.Write(ref _now, now);
            while (TryTakeSlot(now, out var due))
            {
                Call(due, now);
            }
        }
        finally
        {
            Volatile.Write(ref _ticking, 0);
        }
    }

    private bool TryTakeSlot(long now, out List<(ITimerWheelItem Item, long Due)>? due)
    {
        lock (_gate)
        {
            due = null;
            if (_nextSlot > SlotOf(now))
            {
                return false;
            }

            ref var slot = ref _slots[_nextSlot % Slots];
            due = slot;
            slot = null;
            _nextSlot++;
            return true;
        }
    }

    private void Call(List<(ITimerWheelItem Item, long Due)>? items, long now)
    {
        foreach (var (item, due) in items ?? [])
        {
            lock (_gate)
            {
                // Scheduled again for an earlier time since: that call took this one's place.
                if (item.WheelDue != due)
                {
                    continue;
                }

                item.WheelDue = 0;
            }

            var next = due > now ? due : CallOne(item, now);
            if (next > 0)
            {
                Schedule(item, next);
            }
        }
    }

    /// <summary>One session's fault must stop neither the wheel nor, thrown from a timer, the process.</summary>
    private long CallOne(ITimerWheelItem item, long now)
    {
        try
        {
            return item.OnDue(now);
        }
        catch (Exception exception)
        {
            GatewayLog.WheelFailed(_log, exception);
            return now + MaxStepMilliseconds;
        }
    }
}

/// <summary>
/// Signs of life of one connection, in waking milliseconds of <see cref="TimerWheel"/>. Written by the side that
/// moves bytes, read by the session when it is due.
/// </summary>
internal sealed class LinkActivity(TimerWheel wheel)
{
    private long _lastByteAt = wheel.Now;
    private long _messageSince;
    private long _writingSince;
    private bool _resting;

    /// <summary>When a byte last came from the client.</summary>
    public long LastByteAt => Volatile.Read(ref _lastByteAt);

    /// <summary>When the message that is still incomplete began; 0 = there is none.</summary>
    public long MessageSince => Volatile.Read(ref _messageSince);

    /// <summary>When the write that is under way last moved; 0 = there is none.</summary>
    public long WritingSince => Volatile.Read(ref _writingSince);

    /// <summary>The server itself does not read now, so silence says nothing of the client.</summary>
    public bool IsResting => Volatile.Read(ref _resting);

    /// <summary>Bytes came; <paramref name="messageIsOpen"/>: the last of them do not end a message.</summary>
    public void Received(bool messageIsOpen)
    {
        var now = wheel.Now;
        Volatile.Write(ref _lastByteAt, now);
        if (!messageIsOpen)
        {
            Volatile.Write(ref _messageSince, 0);
        }
        else if (_messageSince == 0)
        {
            Volatile.Write(ref _messageSince, now);
        }
    }

    public void StopReading() => Volatile.Write(ref _resting, true);

    /// <summary>Reading goes on: what the client could not get rid of meanwhile is not its silence.</summary>
    public void ResumeReading()
    {
        var now = wheel.Now;
        Volatile.Write(ref _lastByteAt, now);
        if (_messageSince != 0)
        {
            Volatile.Write(ref _messageSince, now);
        }

        Volatile.Write(ref _resting, false);
    }

    /// <summary>A write began, or a part of it was taken by the network.</summary>
    public void WriteMoved() => Volatile.Write(ref _writingSince, wheel.Now);

    public void WriteEnded() => Volatile.Write(ref _writingSince, 0);
}
