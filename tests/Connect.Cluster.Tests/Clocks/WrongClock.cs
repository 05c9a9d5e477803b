namespace Connect.Cluster.Tests.Clocks;

/// <summary>A device's clock that is wrong, and may be set; what it measures passes as it does.</summary>
internal sealed class WrongClock(TimeSpan ahead) : TimeProvider
{
    private long _ahead = ahead.Ticks;

    public override long TimestampFrequency => System.TimestampFrequency;

    /// <summary>Somebody sets it.</summary>
    public void Set(TimeSpan ahead) => Volatile.Write(ref _ahead, ahead.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _ahead));

    public override long GetTimestamp() => System.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime, period);
}
