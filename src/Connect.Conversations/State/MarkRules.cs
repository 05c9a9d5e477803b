using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>The arithmetic of marks (D1, D6): unread stays a subtraction, marks only rise.</summary>
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
    /// The marks of a member after a turn, in which <paramref name="added"/> was appended above
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

    private static bool IsMessageOf(UserId user, Entry entry) => entry.Kind == EntryKind.Message && entry.From == user;
}
