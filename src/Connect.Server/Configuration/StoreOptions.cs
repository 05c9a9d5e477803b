using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Connect.Protocol;

namespace Connect.Server.Configuration;

/// <summary>The embedded store. That each write is synced before it is acknowledged is not a setting.</summary>
public sealed class StoreOptions
{
    [Description(
        "Free space below which sends and new accounts are refused as `unavailable`: the data must still be compacted. "
            + "Logins, refreshes, logouts and deletions go on, down to a quarter of it."
    )]
    [Range(0, 1L << 50)]
    public long ReserveBytes { get; set; } = 256L << 20;

    [Description("Memory for blocks read from disk.")]
    [Range(1L << 20, 1L << 40)]
    public long CacheBytes { get; set; } = 256L << 20;

    [Description(
        "How long entries are kept; older ones are deleted for everybody, in the background. 0, the default: for ever. "
            + "At least a day. Up to 5,000 conversations a second are looked at, those with something to delete alone."
    )]
    [Range(typeof(TimeSpan), "00:00:00", "36500.00:00:00")]
    public TimeSpan HistoryRetention { get; set; }

    [Description(
        "How long a message waits for a member. One that is still undelivered to them then has ended: no `sync` gives "
            + "it, it counts as neither delivered nor unread, and its sender is told. The history keeps it. Where "
            + "`Store:HistoryRetention` is shorter, that counts."
    )]
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan UndeliveredTtl { get; set; } = ProtocolLimits.UndeliveredTtl;

    /// <summary>How long a message really waits: what is deleted waits for nobody.</summary>
    internal TimeSpan UndeliveredLife =>
        HistoryRetention > TimeSpan.Zero && HistoryRetention < UndeliveredTtl ? HistoryRetention : UndeliveredTtl;
}
