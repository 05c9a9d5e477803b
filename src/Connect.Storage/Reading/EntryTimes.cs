using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Rules;

namespace Connect.Storage.Reading;

/// <summary>Finds entries by their time, which never decreases along a log.</summary>
internal static class EntryTimes
{
    /// <summary>
    /// The first existing seq at or above <paramref name="from"/> whose entry is not before <paramref name="time"/>
    /// (milliseconds since the epoch), by binary search; head + 1 when all are.
    /// </summary>
    public static async ValueTask<long> FirstAtAsync(
        IConversationRows rows,
        ConversationId conversation,
        ConversationHead head,
        long from,
        long time,
        CancellationToken cancellationToken
    )
    {
        if (head.LastTime < time)
        {
            return head.Seq + 1;
        }

        // Usually the first entry is young enough, so it is looked at before searching.
        var (low, high) = (Math.Max(from, head.Floor + 1), head.Seq);
        for (var probe = low; low < high; probe = low + (high - low) / 2)
        {
            var entry = await rows.ReadEntryAsync(conversation, probe, cancellationToken);
            (low, high) = entry.Time < time ? (probe + 1, high) : (low, probe);
        }

        return low;
    }

    /// <summary>See <see cref="IConversationStore.FindEndAsync"/>.</summary>
    public static async ValueTask<long> FindEndAsync(
        IConversationRows rows,
        ConversationId conversation,
        SeqRange range,
        long time
    )
    {
        if (await rows.ReadHeadAsync(conversation, CancellationToken.None) is not { } head)
        {
            return range.From - 1;
        }

        var young = await FirstAtAsync(rows, conversation, head, range.From, time, CancellationToken.None);
        return Math.Min(young - 1, range.To);
    }
}
