using Connect.Protocol.V1;

namespace Connect.Gateway.Sessions;

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
