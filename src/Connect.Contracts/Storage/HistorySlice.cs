using System.Collections.Immutable;
using Connect.Contracts.Conversations;

namespace Connect.Contracts.Storage;

/// <summary>
/// Selects a part of the history. At most one of the three seqs is set; with none, the newest part.
/// </summary>
/// <param name="Before">The nearest <paramref name="Limit"/> entries below this seq.</param>
/// <param name="After">The nearest entries above this seq.</param>
/// <param name="Around">Half of the entries at and below this seq, half above.</param>
/// <param name="Limit">1 to 200.</param>
/// <param name="MaxBytes">The page ends once its texts reach this size; it holds at least one entry.</param>
public readonly record struct HistoryQuery(long Before, long After, long Around, int Limit, int MaxBytes);

/// <summary>A page of history, ascending.</summary>
public sealed record HistorySlice(
    ReadAccess Access,
    ImmutableArray<Entry> Entries,
    ImmutableArray<SkippedRange> Skipped,
    bool HasMoreBefore,
    bool HasMoreAfter
)
{
    public static readonly HistorySlice None = new(ReadAccess.None, [], [], false, false);
}

/// <summary>A reader's relation to a conversation.</summary>
public enum ReadAccess
{
    Member = 1,

    /// <summary>A former member: reads the ranges they were present for as history, and nothing new.</summary>
    Former = 2,

    /// <summary>Was never a member, or there is no such conversation: the two are indistinguishable.</summary>
    None = 3,
}

/// <summary>Seqs a reader will never receive, both ends included.</summary>
public readonly record struct SkippedRange(long From, long To, SkipReason Why);

/// <summary>Why a range stays empty for a reader. The numbers are those of the wire.</summary>
public enum SkipReason
{
    NotMember = 1,
    Expired = 2,
    Deleted = 3,
}
