using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>The arithmetic of marks (ADR 0009): unread stays a subtraction, marks only rise.</summary>
internal static class MarkRules
{
    /// <summary>
    /// The marks of a member after a batch in which <paramref name="added"/> was appended above
    /// <paramref name="head"/>: <c>read</c> rises as asked and over the member's own messages directly following.
    /// </summary>
    /// <param name="user">The member.</param>
    /// <param name="now">Their marks, with what ended up to <paramref name="delivered"/>.</param>
    /// <param name="delivered">See <see cref="DeliveredTarget"/>.</param>
    /// <param name="read">See <see cref="ReadTarget"/>.</param>
    /// <param name="counts">At <paramref name="read"/> when that is above the mark: see <see cref="TryCount"/>.</param>
    /// <param name="head">Before the batch.</param>
    /// <param name="recent">The entries up to it that are in memory.</param>
    /// <param name="added">The entries of the batch.</param>
    public static MemberMarks Raise(
        UserId user,
        in MemberMarks now,
        long delivered,
        long read,
        in MarkCounts counts,
        long head,
        RecentEntries recent,
        IReadOnlyList<Entry> added
    )
    {
        var rises = read > now.Read;
        var messages = rises ? counts.Messages : now.ReadMessages;
        var own = rises ? counts.OwnAbove : now.OwnAbove;
        read = Math.Max(read, now.Read);
        for (var i = 0; i < added.Count; i++)
        {
            own += IsMessageOf(user, added[i]) ? 1 : 0;
        }

        while (!now.Ended.Contains(read + 1) && IsOwn(user, read + 1, head, recent, added))
        {
            (read, messages, own) = (read + 1, messages + 1, own - 1);
        }

        return new(Math.Max(Math.Max(now.Delivered, delivered), read), read, messages, own, now.Ended);
    }

    /// <summary>The marks with one more range that ended, and the counts at both ends of it.</summary>
    /// <param name="now">The range follows their <c>delivered</c>.</param>
    /// <param name="end">The last seq of the range.</param>
    /// <param name="atDelivered">At <c>delivered</c>.</param>
    /// <param name="atEnd">At <paramref name="end"/>.</param>
    public static MemberMarks End(in MemberMarks now, long end, in MarkCounts atDelivered, in MarkCounts atEnd)
    {
        var own = atDelivered.OwnAbove - atEnd.OwnAbove;
        var others = Math.Max(0, atEnd.Messages - atDelivered.Messages - own);
        return now with { Ended = now.Ended.Add(new(now.Delivered + 1, end, others)) };
    }

    /// <summary>
    /// Where <c>delivered</c> comes to rest, at the head at most, apart from the member's own messages behind it.
    /// </summary>
    public static long DeliveredTarget(in MemberMarks now, in MarkTarget target, long head) =>
        Math.Max(now.Delivered, Math.Min(Math.Max(target.Delivered, target.Read), head));

    /// <summary>Where <c>read</c> comes to rest: past what ended, which nobody can read in time any more.</summary>
    public static long ReadTarget(in MemberMarks now, in MarkTarget target, long head) =>
        now.Ended.Skip(Math.Max(now.Read, Math.Min(target.Read, head)));

    /// <summary>The counts at a target from memory; false when the store must be asked.</summary>
    public static bool TryCount(
        UserId user,
        long seq,
        long head,
        long messages,
        RecentEntries recent,
        out MarkCounts counts
    )
    {
        if (seq < head)
        {
            return recent.TryCount(user, seq, out counts);
        }

        counts = new(messages, 0);
        return true;
    }

    private static bool IsOwn(UserId user, long seq, long head, RecentEntries recent, IReadOnlyList<Entry> added)
    {
        if (seq <= head)
        {
            return recent.IsMessageOf(user, seq);
        }

        var index = seq - head - 1;
        return index < added.Count && IsMessageOf(user, added[(int)index]);
    }

    private static bool IsMessageOf(UserId user, Entry entry) => entry.Kind.CountsAsMessage() && entry.From == user;
}

/// <summary>How far to raise a member's marks in one batch.</summary>
/// <param name="Delivered">0 = not asked.</param>
/// <param name="Read">By a mark or by a send's <c>seen</c>; 0 = not asked.</param>
internal readonly record struct MarkTarget(long Delivered, long Read)
{
    /// <summary>Combines two requests; marks only rise.</summary>
    public MarkTarget Merge(long delivered, long read) => new(Math.Max(Delivered, delivered), Math.Max(Read, read));
}

/// <summary>A member's marks before and after they rose.</summary>
internal readonly record struct RaisedMarks(UserId User, MemberMarks Before, MemberMarks After)
{
    /// <summary>At least one mark is above what was told before.</summary>
    public bool IsNews => After.Delivered > Before.Delivered || After.Read > Before.Read;

    /// <summary>What was delivered and what was read with it.</summary>
    public IEnumerable<SeqRange> Ranges => RangesByKind.Select(each => each.Seqs);

    /// <inheritdoc cref="Ranges"/>
    public IEnumerable<(SeqRange Seqs, bool IsRead)> RangesByKind
    {
        get
        {
            if (After.Delivered > Before.Delivered)
            {
                yield return (new(Before.Delivered + 1, After.Delivered), false);
            }

            if (After.Read > Before.Read)
            {
                yield return (new(Before.Read + 1, After.Read), true);
            }
        }
    }

    /// <summary>
    /// As shown to somebody who must not learn what was read, not even from a push without news that something was.
    /// </summary>
    public RaisedMarks HideRead(bool isHidden) =>
        isHidden ? this with { Before = Before with { Read = 0 }, After = After with { Read = 0 } } : this;

    public MarkChange ToChange() => new(User, After.Delivered, After.Read, After.Ended);
}
