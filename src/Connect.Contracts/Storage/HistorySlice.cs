using System.Collections.Immutable;
using Connect.Contracts.Conversations;

namespace Connect.Contracts.Storage;

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
