namespace Connect.Delivery.Presence;

/// <summary>How presence is told (D7, D11).</summary>
public sealed class PresenceOptions
{
    /// <summary>A user whose last connection broke is online for so long. 1.5 s by default.</summary>
    public TimeSpan BrokenDelay { get; set; } = TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// A user whose last session was sent elsewhere is online for so long; a partition that started less than this ago
    /// does not say of anybody for sure that they are offline. 15 s by default.
    /// </summary>
    public TimeSpan SentAwayDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a gateway is told of a user after it asked. 30 s by default.</summary>
    public TimeSpan WatchLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Changes of presence, and doubts, of one call to a gateway. 1,000 by default.</summary>
    public int MaxBatch { get; set; } = 1_000;

    /// <summary>Doubts that wait for one gateway; it finds out about more by asking. 10,000 by default.</summary>
    public int MaxWaitingDoubts { get; set; } = 10_000;
}
