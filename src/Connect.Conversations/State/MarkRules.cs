using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>The arithmetic of marks (ADR 0009): unread stays a subtraction, marks only rise.</summary>
internal static class MarkRules
{
    /// <summary>Whether a target asks for more than what is; values above the head are clamped to it.</summary>
    public static bool Raises(in MemberMarks now, in MarkTarget target, long head)
    {
        var read = Math.Min(target.Read, head);
        var delivered = Math.Max(Math.Min(target.Delivered, head), read);
        return read > now.Read || delivered > now.Delivered;
    }

    /// <summary>
    /// The marks of a member after a batch in which <paramref name="added"/> was appended above
    /// <paramref name="head"/>: <c>read</c> rises to the target and over the member's own messages directly following.
    /// </summary>
    /// <param name="counts">The counts at the target when it is above <c>read</c>: see <see cref="TryCount"/>.</param>
    public static MemberMarks Raise(
        UserId user,
        in MemberMarks now,
        in MarkTarget target,
        in MarkCounts counts,
        long head,
        RecentEntries recent,
        IReadOnlyList<Entry> added
    )
    {
        var wanted = Math.Min(target.Read, head);
        var rises = wanted > now.Read;
        var read = rises ? wanted : now.Read;
        var messages = rises ? counts.Messages : now.ReadMessages;
        var own = rises ? counts.OwnAbove : now.OwnAbove;
        for (var i = 0; i < added.Count; i++)
        {
            own += IsMessageOf(user, added[i]) ? 1 : 0;
        }

        while (IsOwn(user, read + 1, head, recent, added))
        {
            (read, messages, own) = (read + 1, messages + 1, own - 1);
        }

        var delivered = Math.Max(now.Delivered, Math.Max(Math.Min(target.Delivered, head), read));
        return new(delivered, read, messages, own);
    }

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

    public MarkChange ToChange() => new(User, After.Delivered, After.Read);
}
