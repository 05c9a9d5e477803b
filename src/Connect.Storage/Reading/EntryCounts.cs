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
    public static async ValueTask<MarkCounts?> CountAsync(
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
                return default(MarkCounts);
            }

            var counts = await CountAsync(rows, conversation, member, seq, head, CancellationToken.None);
            var after = await rows.ReadHeadAsync(conversation, CancellationToken.None);
            if (after?.Floor == head.Floor)
            {
                return counts;
            }

            // Entries were deleted meanwhile, perhaps before their author's were counted.
        }
    }

    /// <summary>The same as of a head that was read before.</summary>
    public static async ValueTask<MarkCounts?> CountAsync(
        IConversationRows rows,
        ConversationId conversation,
        UserId member,
        long seq,
        ConversationHead head,
        CancellationToken cancellationToken
    )
    {
        if (seq >= head.Seq)
        {
            return new MarkCounts(head.Messages, 0);
        }

        // Deleted entries cannot be read, so a mark below the floor counts as one at the floor.
        seq = Math.Max(Math.Max(0, seq), head.Floor);
        var messages =
            seq == head.Floor
                ? head.FloorMessages
                : (await rows.ReadEntryAsync(conversation, seq, cancellationToken)).Messages;
        var ownAbove = await rows.CountOwnAboveAsync(conversation, member, seq, head.Seq, cancellationToken);
        return ownAbove is { } own ? new MarkCounts(messages, own) : null;
    }
}
