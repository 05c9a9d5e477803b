using Microsoft.Extensions.Time.Testing;

namespace Connect.Tests.Gateway;

/// <summary>A clock whose date somebody sets, while the time that passes stays what it is.</summary>
internal sealed class JumpingClock(FakeTimeProvider inner) : TimeProvider
{
    /// <summary>How far its date is from that of the clock under it.</summary>
    public TimeSpan Jump { get; set; }

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Jump;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}
