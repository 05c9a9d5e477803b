using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Rules;

namespace Connect.Storage.Reading;

/// <summary>Counts what the marks of a member do not tell by a subtraction: above a floor, and what ended.</summary>
/// <param name="undelivered">How long a message may wait for a member (ADR 0021).</param>
internal sealed class UnreadCounts(IConversationRows rows, TimeProvider time, TimeSpan undelivered)
{
    /// <summary>
    /// Entries above the floor that are counted for a reader who has read nothing since it was raised.
    /// </summary>
    private const int LeftSearchEntries = 500;
    private const int LeftSearchBytes = 1024 * 1024;

    /// <summary>
    /// Others' messages, for a present member whose <c>read</c> is below the floor: the remaining ones, all of which
    /// they may see, but for those that ended. Where the index of authors does not tell, they are counted one by one up
    /// to a limit. Null when the subtraction applies.
    /// </summary>
    public async ValueTask<long?> CountLeftAsync(
        Member member,
        ConversationId conversation,
        ConversationHead head,
        VisibleLog log,
        CancellationToken cancellationToken
    )
    {
        if (member.Marks.Read >= head.Floor)
        {
            return null;
        }

        var end = await FindEndAsync(member, conversation, head, cancellationToken);
        if (await CountLeftByIndexAsync(member, conversation, head, end, cancellationToken) is { } left)
        {
            return left;
        }

        var page = new EntryPage(LeftSearchEntries, LeftSearchBytes);
        foreach (var range in log.Within(head.Floor + 1, head.Seq))
        {
            await rows.ReadForwardAsync(conversation, range, page, cancellationToken);
        }

        return page.ToImmutable().Count(entry => IsUnread(entry) && entry.From != member.User);

        bool IsUnread(Entry entry) =>
            entry.Kind.CountsAsMessage()
            && (entry.Seq <= member.Marks.Delivered ? !member.Marks.Ended.Contains(entry.Seq) : entry.Seq > end);
    }

    /// <summary>
    /// The same by counts alone. Null: the authors are still to be indexed, or ranges that ended lie among the entries.
    /// </summary>
    private async ValueTask<long?> CountLeftByIndexAsync(
        Member member,
        ConversationId conversation,
        ConversationHead head,
        long end,
        CancellationToken cancellationToken
    )
    {
        var (floor, delivered) = (head.Floor, member.Marks.Delivered);
        if (delivered <= floor)
        {
            return await CountOthersAsync(Math.Max(end, floor));
        }

        if (!member.Marks.Ended.IsEmpty)
        {
            return null;
        }

        var left = await CountOthersAsync(floor);
        return end <= delivered ? left : left - await CountOthersAsync(delivered) + await CountOthersAsync(end);

        async ValueTask<long?> CountOthersAsync(long above) =>
            await EntryCounts.CountAsync(rows, conversation, member.User, above, head, cancellationToken) is { } counts
                ? head.Messages - counts.Messages - counts.OwnAbove
                : null;
    }

    /// <summary>
    /// Others' messages above the member's <c>read</c> that ended undelivered: those their marks say, and those that
    /// nobody has delivered since. The latter cost two counts and the search for the end, where there are any.
    /// </summary>
    public async ValueTask<long> CountEndedAsync(
        Member member,
        ConversationId conversation,
        ConversationHead head,
        CancellationToken cancellationToken
    )
    {
        var marks = member.Marks;
        var ended = marks.Ended.OthersAbove(marks.Read);
        var end = await FindEndAsync(member, conversation, head, cancellationToken);
        if (end <= marks.Delivered)
        {
            return ended;
        }

        var atDelivered =
            marks.Delivered == marks.Read
                ? new MarkCounts(marks.ReadMessages, marks.OwnAbove)
                : await EntryCounts.CountAsync(rows, conversation, member.User, marks.Delivered);
        var atEnd = await EntryCounts.CountAsync(rows, conversation, member.User, end);
        if (atDelivered is not { } first || atEnd is not { } last)
        {
            // Its authors are still to be indexed: until then what ended so counts as unread.
            return ended;
        }

        return ended + last.Messages - first.Messages - first.OwnAbove + last.OwnAbove;
    }

    /// <summary>The last seq that has ended for a member; one at or below their <c>delivered</c>: none above.</summary>
    private async ValueTask<long> FindEndAsync(
        Member member,
        ConversationId conversation,
        ConversationHead head,
        CancellationToken cancellationToken
    )
    {
        var endedBy = (time.GetUtcNow() - undelivered).ToUnixTimeMilliseconds();
        var first = member.Marks.Delivered + 1;
        return first > head.Seq
            ? head.Seq
            : await EntryTimes.FirstAtAsync(rows, conversation, head, first, endedBy, cancellationToken) - 1;
    }
}
