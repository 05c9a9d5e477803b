using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;

namespace Connect.Delivery.Fanout;

/// <summary>The limits of a node's fan-out.</summary>
public sealed class FanoutOptions
{
    /// <summary>Bytes that may wait for one node; beyond them content is dropped and a hint remains. 32 MiB by
    /// default.</summary>
    public long MaxWaitingBytes { get; set; } = 32 << 20;

    /// <summary>Publications of one call to a node. 512 by default.</summary>
    public int MaxBatchPublications { get; set; } = 512;

    /// <summary>Bytes of one call to a node; at least one publication is taken. 256 KiB by default.</summary>
    public long MaxBatchBytes { get; set; } = 256 << 10;

    /// <summary>First pause after a failed call; doubles each time. 100 ms by default.</summary>
    public TimeSpan RetryFirstPause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Longest pause between retries. 2 s by default, so that a lost tail is repaired within 10 s.
    /// </summary>
    public TimeSpan RetryMaxPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Entries kept in the hot tail per conversation. 64 by default.</summary>
    public int TailEntries { get; set; } = 64;

    /// <summary>Conversations in the hot tail; the least recently written is evicted. 65,536 by default.</summary>
    public int TailConversations { get; set; } = 65_536;

    /// <summary>Bytes of the whole hot tail. 64 MiB by default.</summary>
    public long TailBytes { get; set; } = 64 << 20;
}

/// <summary>Roughly what publications cost in memory, as the byte limits count it.</summary>
internal static class PublicationSize
{
    private const int Fixed = 160;
    private const int PerEntry = 144;
    private const int PerReceipt = 32;
    private const int PerRecipient = 16;

    public static long Of(Publication publication)
    {
        var receipts = publication.Receipts.Length + (publication.Counts.IsDefault ? 0 : publication.Counts.Length);
        long size = Fixed + receipts * PerReceipt + publication.Recipients.Length * PerRecipient;
        foreach (var entry in publication.Entries)
        {
            size += Of(entry);
        }

        return size;
    }

    public static long Of(Entry entry) => PerEntry + entry.Body.Length;
}
