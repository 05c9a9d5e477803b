using System.Collections.Immutable;
using Connect.Contracts.Conversations;

namespace Connect.Contracts.Storage;

/// <summary>What a device asks for, given the position it has reached.</summary>
/// <param name="After">Its position; 0 when it holds nothing. A position above the head counts as the head.</param>
/// <param name="NotBefore">
/// Entries older than this (milliseconds since the epoch) are skipped as expired; 0 skips none.
/// </param>
/// <param name="MaxEntries">Maximum number of entries.</param>
/// <param name="MaxBytes">The slice ends once its texts reach this size; it holds at least one entry.</param>
public readonly record struct SyncQuery(long After, long NotBefore, int MaxEntries, int MaxBytes);

/// <summary>A part of what a device is missing in one conversation.</summary>
/// <param name="Access">The reader's relation to the conversation.</param>
/// <param name="Entries">Ascending.</param>
/// <param name="Skipped">Ranges that stay empty, ascending.</param>
/// <param name="Through">
/// Entries and skipped ranges together cover everything above the given position, up to and including this seq.
/// </param>
/// <param name="Head">The highest committed seq at the time of the read.</param>
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
