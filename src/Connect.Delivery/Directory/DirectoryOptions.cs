namespace Connect.Delivery.Directory;

/// <summary>The directory's settings.</summary>
public sealed class DirectoryOptions
{
    /// <summary>How many partitions the users are spread over; fixed for the life of a cluster.
    /// 4,096 by default.</summary>
    public int Partitions { get; set; } = 4_096;

    /// <summary>How long a new partition waits for the gateways' routes before it counts as complete.
    /// 2 s by default.</summary>
    public TimeSpan StartLimit { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Attempts to register a session, each with a fresh look-up of the partition, before it is
    /// refused. 5 by default.</summary>
    public int RegisterAttempts { get; set; } = 5;

    /// <summary>Pause between attempts. 200 ms by default.</summary>
    public TimeSpan RegisterPause { get; set; } = TimeSpan.FromMilliseconds(200);
}
