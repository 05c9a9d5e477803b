namespace Connect.Delivery.Resuming;

/// <summary>What a partition remembers for devices that reconnect.</summary>
public sealed class ResumeOptions
{
    /// <summary>How long after its end a session can be resumed. 10 min by default.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a push may take from the partition to the session. 10 s by default.
    /// </summary>
    public TimeSpan OnItsWay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Conversations per user whose latest heads are remembered. 64 by default.</summary>
    public int Moves { get; set; } = 64;

    /// <summary>Ended sessions remembered per user. 8 by default.</summary>
    public int Sessions { get; set; } = 8;

    /// <summary>Users without a session remembered per partition. 64 by default.</summary>
    public int GoneUsers { get; set; } = 64;
}
