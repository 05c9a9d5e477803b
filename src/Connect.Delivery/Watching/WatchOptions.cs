namespace Connect.Delivery.Watching;

/// <summary>Limits of watching presence.</summary>
public sealed class WatchOptions
{
    /// <summary>Users whose presence one session watches.</summary>
    public int WatchedUsers { get; set; } = 5_000;
}
