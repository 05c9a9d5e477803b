using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Storage;

namespace Connect.Storage.Rules;

/// <summary>What every store checks before a commit, and how the head moves with it. Pure.</summary>
internal static class CommitRules
{
    /// <summary>Idempotency rows count for this long after their commit.</summary>
    public const long DedupeLifetimeMilliseconds = 31L * 24 * 60 * 60 * 1000;

    /// <summary>
    /// Rejects a commit that no correct writer builds, since it would corrupt the log.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// Seqs with gaps, decreasing times, a repeated cid, or an epoch that skips numbers.
    /// </exception>
    public static void Validate(ConversationCommit commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        if (commit.Create is not null ? commit.ExpectedNextSeq != 1 : !IsNextEpoch(commit))
        {
            throw new ArgumentException("The epoch or the first seq of a commit is out of sequence.", nameof(commit));
        }

        var entries = commit.Entries;
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = entries[i];
            if (entry.Seq != commit.ExpectedNextSeq + i || (i > 0 && entry.Time < entries[i - 1].Time))
            {
                throw new ArgumentException("Entries must be dense, with times that do not decrease.", nameof(commit));
            }

            for (var j = 0; j < i && !entry.Cid.IsNone; j++)
            {
                if (entries[j].Cid == entry.Cid && entries[j].From == entry.From)
                {
                    throw new ArgumentException("A cid occurs twice in one commit.", nameof(commit));
                }
            }
        }
    }

    /// <summary><see cref="CommitStatus.Committed"/> when the stored head lets the commit pass.</summary>
    public static CommitStatus Check(ConversationHead? head, ConversationCommit commit)
    {
        if (commit.Create is not null)
        {
            return head is null ? CommitStatus.Committed : CommitStatus.Exists;
        }

        return
            head is { } stored
            && stored.Epoch == commit.ExpectedEpoch
            && stored.NextSeq == commit.ExpectedNextSeq
            && (commit.Entries.IsEmpty || commit.Entries[0].Time >= stored.LastTime)
            ? CommitStatus.Committed
            : CommitStatus.Fenced;
    }

    /// <summary>The idempotency rows to look up before the commit.</summary>
    public static ImmutableArray<CidProbe> Probes(ConversationCommit commit)
    {
        var probes = ImmutableArray.CreateBuilder<CidProbe>(commit.Entries.Length);
        foreach (var entry in commit.Entries)
        {
            if (!entry.Cid.IsNone)
            {
                probes.Add(new(entry.From, entry.Cid, entry.Body));
            }
        }

        return probes.DrainToImmutable();
    }

    /// <summary>The head after the entries; the caller updates the member counts.</summary>
    public static ConversationHead Advance(ConversationHead? head, ConversationCommit commit)
    {
        var before = head ?? new ConversationHead(0, 1, 0, 0, 0, 0);
        var last = commit.Entries.IsEmpty ? null : commit.Entries[^1];
        return before with
        {
            Epoch = commit.Create is null ? commit.Epoch : 1,
            NextSeq = commit.ExpectedNextSeq + commit.Entries.Length,
            LastTime = last?.Time ?? before.LastTime,
            Messages = last?.Messages ?? before.Messages,
        };
    }

    /// <summary>
    /// A commit whose first entry is the oldest there is puts a row for it; any later entry falls due after one that
    /// has a row.
    /// </summary>
    public static DueRow? FirstDue(ConversationHead? before, ConversationCommit commit) =>
        !commit.Entries.IsEmpty && (before?.Seq ?? 0) == (before?.Floor ?? 0)
            ? new(DueKind.Floor, commit.Entries[0].Time, commit.Conversation)
            : null;

    /// <summary>
    /// A member's row merged with the stored one: marks only rise, and never above the head.
    /// </summary>
    public static Member Merge(Member? stored, Member given, ConversationHead head)
    {
        var marks = Clamp(given.Marks, head);
        if (stored is not null)
        {
            // The two counts belong to `read`, so they come from the higher one.
            var newest = marks.Read >= stored.Marks.Read ? marks : stored.Marks;
            // What ended belongs to `delivered`.
            var latest = marks.Delivered >= stored.Marks.Delivered ? marks : stored.Marks;
            marks = newest with { Delivered = latest.Delivered, Ended = latest.Ended };
        }

        return given with
        {
            Marks = marks,
        };
    }

    private static MemberMarks Clamp(MemberMarks marks, ConversationHead head)
    {
        if (marks.Read > head.Seq)
        {
            marks = new(marks.Delivered, head.Seq, head.Messages, 0, marks.Ended);
        }

        // `read` implies `delivered`.
        return marks with
        {
            Delivered = Math.Max(marks.Read, Math.Min(marks.Delivered, head.Seq)),
        };
    }

    private static bool IsNextEpoch(ConversationCommit commit) =>
        commit.Epoch == commit.ExpectedEpoch || commit.Epoch == commit.ExpectedEpoch + 1;
}

/// <summary>The head row of a conversation, which every commit compares and moves.</summary>
/// <param name="Epoch">The number of the current writer.</param>
/// <param name="NextSeq">The seq of the next entry.</param>
/// <param name="LastTime">The time of the newest entry; 0 without entries.</param>
/// <param name="Messages">Messages up to the head.</param>
/// <param name="PresentMembers">Present members.</param>
/// <param name="MemberRows">Present and former members; 0 = the conversation is closed.</param>
internal readonly record struct ConversationHead(
    long Epoch,
    long NextSeq,
    long LastTime,
    long Messages,
    int PresentMembers,
    int MemberRows
)
{
    /// <summary>Entries up to this seq are deleted; 0 = none are.</summary>
    public long Floor { get; init; }

    /// <summary>Messages up to the floor.</summary>
    public long FloorMessages { get; init; }

    /// <summary>The highest committed seq.</summary>
    public long Seq => NextSeq - 1;

    /// <summary>The head after a member's row changed.</summary>
    /// <param name="before">The row as it was; null: there was none.</param>
    /// <param name="after">The row as it is.</param>
    /// <param name="takesVacant">A new row took the position of one that means nothing any more.</param>
    public ConversationHead WithMember(Member? before, Member after, bool takesVacant = false) =>
        this with
        {
            MemberRows = MemberRows + (before is null && !takesVacant ? 1 : 0),
            PresentMembers = PresentMembers + (after.IsPresent ? 1 : 0) - (before is { IsPresent: true } ? 1 : 0),
        };
}
