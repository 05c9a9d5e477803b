using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Storage.Reading;

/// <summary>The counts that a mark needs.</summary>
internal static class EntryCounts
{
    private const int ChunkEntries = 256;

    /// <summary>See <see cref="IConversationStore.CountAsync"/>; a seq above the head counts as the head.</summary>
    public static async ValueTask<MarkCounts> CountAsync(
        IConversationRows rows,
        ConversationId conversation,
        UserId member,
        long seq
    )
    {
        if (await rows.ReadHeadAsync(conversation, CancellationToken.None) is not { } head)
        {
            return default;
        }

        if (seq >= head.Seq)
        {
            return new(head.Messages, 0);
        }

        // Deleted entries cannot be read, so a mark below the floor counts as one at the floor.
        seq = Math.Max(Math.Max(0, seq), head.Floor);
        var messages =
            seq == head.Floor
                ? head.FloorMessages
                : (await rows.ReadEntryAsync(conversation, seq, CancellationToken.None)).Messages;
        var ownAbove = 0L;
        for (var from = seq + 1; from <= head.Seq; )
        {
            var page = new EntryPage(ChunkEntries, int.MaxValue);
            await rows.ReadForwardAsync(conversation, new(from, head.Seq), page, CancellationToken.None);
            for (var i = 0; i < page.Count; i++)
            {
                ownAbove += page[i].Kind.CountsAsMessage() && page[i].From == member ? 1 : 0;
            }

            from += page.Count;
            if (from <= head.Seq)
            {
                // A member who has not read for a long time must not block the caller's scheduler.
                await Task.Yield();
            }
        }

        return new(messages, ownAbove);
    }
}
