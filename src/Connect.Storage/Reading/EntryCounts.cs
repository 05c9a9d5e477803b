using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Rules;

namespace Connect.Storage.Reading;

/// <summary>The counts that a mark needs.</summary>
internal static class EntryCounts
{
    /// <summary>
    /// See <see cref="IConversationStore.CountAsync"/>; a seq above the head counts as the head. Opens one entry
    /// at most.
    /// </summary>
    public static async ValueTask<MarkCounts> CountAsync(
        IConversationRows rows,
        ConversationId conversation,
        UserId member,
        long seq
    )
    {
        while (true)
        {
            if (await rows.ReadHeadAsync(conversation, CancellationToken.None) is not { } head)
            {
                return default;
            }

            if (seq >= head.Seq)
            {
                return new(head.Messages, 0);
            }

            var counts = await CountAsync(rows, conversation, member, seq, head);
            var after = await rows.ReadHeadAsync(conversation, CancellationToken.None);
            if (after?.Floor == head.Floor)
            {
                return counts;
            }

            // Entries were deleted meanwhile, perhaps before their author's were counted.
        }
    }

    private static async ValueTask<MarkCounts> CountAsync(
        IConversationRows rows,
        ConversationId conversation,
        UserId member,
        long seq,
        ConversationHead head
    )
    {
        // Deleted entries cannot be read, so a mark below the floor counts as one at the floor.
        seq = Math.Max(Math.Max(0, seq), head.Floor);
        var messages =
            seq == head.Floor
                ? head.FloorMessages
                : (await rows.ReadEntryAsync(conversation, seq, CancellationToken.None)).Messages;
        var ownAbove = await rows.CountOwnAboveAsync(conversation, member, seq, head.Seq, CancellationToken.None);
        return new(messages, ownAbove);
    }
}
