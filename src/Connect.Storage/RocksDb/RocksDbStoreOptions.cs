namespace Connect.Storage.RocksDb;

/// <summary>
/// Settings of the embedded store. Syncing every write before it is acknowledged is not optional.
/// </summary>
public sealed record RocksDbStoreOptions
{
    /// <summary>The data folder; created, accessible to its owner only, when it is missing. Required.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// The key file (setting <c>Keys:File</c>). Default: <c>&lt;data folder&gt;.keys</c>, which is refused when the
    /// data folder is a mount point. Never inside the data folder.
    /// </summary>
    public string? KeyFile { get; init; }

    /// <summary>
    /// Writes are refused while the file system of the data has less free space than this (setting
    /// <c>Store:ReserveBytes</c>), since what was accepted must still be flushed and compacted; logins, refreshes,
    /// logouts and deletions only below a quarter of it. Default 256 MiB.
    /// </summary>
    public long ReserveBytes { get; init; } = 256L << 20;

    /// <summary>Memory for blocks read from disk. Default 256 MiB.</summary>
    public long BlockCacheBytes { get; init; } = 256L << 20;

    /// <summary>Memory for rows not yet flushed, for all tables together. Default 128 MiB.</summary>
    public long WriteBufferBytes { get; init; } = 128L << 20;

    /// <summary>Size of the write-ahead log at which the oldest tables are flushed. Default 256 MiB.</summary>
    public long MaxLogBytes { get; init; } = 256L << 20;

    /// <summary>Maximum number of writes waiting for the committer; further ones are refused. Default 65,536.</summary>
    public int MaxWaitingWrites { get; init; } = 65_536;

    /// <summary>Maximum size of the waiting writes; further ones are refused. Default 64 MiB.</summary>
    public long MaxWaitingBytes { get; init; } = 64L << 20;

    /// <summary>Maximum number of writes in one batch of the committer, which is one sync. Default 1,024.</summary>
    public int MaxBatchWrites { get; init; } = 1_024;

    /// <summary>Maximum size of one batch of the committer. Default 4 MiB.</summary>
    public long MaxBatchBytes { get; init; } = 4L << 20;

    /// <summary>
    /// Unwrapped keys cached for conversations, and as many for users; at most twice this. Default 16,384.
    /// </summary>
    public int CachedKeys { get; init; } = 16_384;

    /// <summary>
    /// Members of recently written conversations whose rows the committer keeps in memory. Default 50,000.
    /// </summary>
    public int CachedMembers { get; init; } = 50_000;

    /// <summary>
    /// Heads of recently written conversations that the committer keeps, and as many counts of authors; at most twice
    /// this. Default 32,768.
    /// </summary>
    public int CachedHeads { get; init; } = 32_768;

    /// <summary>Idempotency rows examined per second for those older than 31 days. Default 2,000.</summary>
    public int SweptRowsPerSecond { get; init; } = 2_000;

    /// <summary>
    /// Entries older than this are deleted (setting <c>Store:HistoryRetention</c>). Default zero: nothing is deleted.
    /// </summary>
    public TimeSpan HistoryRetention { get; init; }

    /// <summary>
    /// How long a message waits for a member (setting <c>Store:UndeliveredTtl</c>, ADR 0021). Default 30 days.
    /// </summary>
    public TimeSpan UndeliveredTtl { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Conversations examined per second of those with entries past <see cref="HistoryRetention"/>. Default 5,000.
    /// </summary>
    public int SweptConversationsPerSecond { get; init; } = 5_000;

    /// <summary>
    /// Entries of an earlier version whose authors are indexed per second, in the background. Default 20,000.
    /// </summary>
    public int IndexedEntriesPerSecond { get; init; } = 20_000;

    /// <summary>Measures the free space of a folder's file system, in bytes.</summary>
    internal Func<string, long> FreeBytes { get; init; } = static folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Tells whether a folder is a mount point.</summary>
    internal Func<string, bool> IsMountPoint { get; init; } =
        static folder =>
            folder.Length > 1
            && DriveInfo
                .GetDrives()
                .Any(d =>
                    Path.TrimEndingDirectorySeparator(d.RootDirectory.FullName).Equals(folder, StringComparison.Ordinal)
                );
}
