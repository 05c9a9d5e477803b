using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;

namespace Connect.Delivery.Fanout;

/// <summary>What publications cost in memory, roughly: what the limits in bytes count.</summary>
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
