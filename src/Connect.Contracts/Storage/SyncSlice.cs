using System.Collections.Immutable;
using Connect.Contracts.Conversations;

namespace Connect.Contracts.Storage;

/// <summary>A part of what a device lacks in one conversation.</summary>
/// <param name="Access">Whether the reader belongs.</param>
/// <param name="Entries">Ascending.</param>
/// <param name="Skipped">Ranges that stay empty, ascending.</param>
/// <param name="Through">Together they cover everything above the position asked, up to and including this seq.</param>
/// <param name="Head">The highest committed seq when it was read.</param>
public sealed record SyncSlice(
    ReadAccess Access,
    ImmutableArray<Entry> Entries,
    ImmutableArray<SkippedRange> Skipped,
    long Through,
    long Head
)
{
    public static readonly SyncSlice None = new(ReadAccess.None, [], [], 0, 0);
}
