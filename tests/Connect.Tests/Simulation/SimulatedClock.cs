using Xunit;

namespace Connect.Tests.Simulation;

/// <summary>A clock that jumps from timer to timer.</summary>
internal sealed class SimulatedClock : TimeProvider
{
    private static readonly DateTimeOffset Origin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly PriorityQueue<Timer, (long Due, long Order)> _timers = new();
    private long _now;
    private long _order;

    public TimeSpan Elapsed => new(_now);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Origin + Elapsed;

    public override long GetTimestamp() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, period);
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next timer and fires it; false when there is none.</summary>
    public bool FireNext()
    {
        while (_timers.TryDequeue(out var timer, out var at))
        {
            if (timer.Version == at.Order)
            {
                _now = Math.Max(_now, at.Due);
                timer.Fire();
                return true;
            }
        }

        return false;
    }

    private sealed class Timer(SimulatedClock clock, TimerCallback callback, object? state) : ITimer
    {
        /// <summary>Which of its entries in the queue counts.</summary>
        public long Version { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Version = ++clock._order;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                clock._timers.Enqueue(this, (clock._now + dueTime.Ticks, Version));
            }

            return true;
        }

        public void Dispose() => Version = -1;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
