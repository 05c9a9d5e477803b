namespace Connect.Gateway.Sessions;

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
