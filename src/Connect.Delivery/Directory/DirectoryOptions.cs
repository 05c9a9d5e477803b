namespace Connect.Delivery.Directory;

/// <summary>The directory's settings (D7, D11).</summary>
public sealed class DirectoryOptions
{
    /// <summary>How many partitions the users are spread over; the same on all nodes of a cluster for ever.
    /// 4,096 by default.</summary>
    public int Partitions { get; set; } = 4_096;

    /// <summary>How long a partition that started anew waits for the gateways' routes before it counts as complete.
    /// 2 s by default.</summary>
    public TimeSpan StartLimit { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a session's registration is tried, each time with the partition looked up anew, before the
    /// session is refused. 5 by default.</summary>
    public int RegisterAttempts { get; set; } = 5;

    /// <summary>The pause between two such attempts. 200 ms by default.</summary>
    public TimeSpan RegisterPause { get; set; } = TimeSpan.FromMilliseconds(200);
}
