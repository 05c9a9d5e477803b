namespace Connect.Server.Configuration;

/// <summary>The embedded store. That each write is synced before it is acknowledged is not a setting.</summary>
public sealed class StoreOptions
{
    /// <summary>
    /// Free space, in bytes, below which sends are refused as <c>unavailable</c>; the data must still be compacted.
    /// Default 256 MiB.
    /// </summary>
    public long ReserveBytes { get; set; } = 256L << 20;

    /// <summary>Memory for blocks read from disk, in bytes, 1 MiB or more. Default 256 MiB.</summary>
    public long CacheBytes { get; set; } = 256L << 20;
}
