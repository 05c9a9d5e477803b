namespace Connect.Delivery.Presence;

/// <summary>Timing and limits of presence.</summary>
public sealed class PresenceOptions
{
    /// <summary>How long a user stays online after their last connection broke. 1.5 s by default.</summary>
    public TimeSpan BrokenDelay { get; set; } = TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// How long a user stays online after their last session was sent to another node. A partition younger than this is
    /// not sure that anybody is offline. 15 s by default.
    /// </summary>
    public TimeSpan SentAwayDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a gateway gets changes of a user after it asked. 30 s by default.</summary>
    public TimeSpan WatchLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Presence changes and invalidations per call to a gateway. 1,000 by default.</summary>
    public int MaxBatch { get; set; } = 1_000;

    /// <summary>Invalidations waiting for one gateway; it notices lost ones when it polls. 10,000 by default.</summary>
    public int MaxWaitingInvalidations { get; set; } = 10_000;
}
