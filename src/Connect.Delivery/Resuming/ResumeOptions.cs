namespace Connect.Delivery.Resuming;

/// <summary>What a partition remembers for devices that come back (D7, D11).</summary>
public sealed class ResumeOptions
{
    /// <summary>How long after its end a session can be resumed. 10 min by default.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A push may have been on its way from the partition to the session for so long. 10 s by default.
    /// </summary>
    public TimeSpan OnItsWay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Conversations of a user whose last moves are remembered. 64 by default.</summary>
    public int Moves { get; set; } = 64;

    /// <summary>Sessions of a user that ended and are remembered. 8 by default.</summary>
    public int Sessions { get; set; } = 8;

    /// <summary>Users without a session that one partition remembers. 64 by default.</summary>
    public int GoneUsers { get; set; } = 64;
}
