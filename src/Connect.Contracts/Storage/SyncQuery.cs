namespace Connect.Contracts.Storage;

/// <summary>What a device asks for when it says what it holds.</summary>
/// <param name="After">Its position; 0 = nothing yet. A position above the head is answered from the head.</param>
/// <param name="NotBefore">
/// Entries older than this time (ms since the epoch) are skipped as expired; 0 = none are.
/// </param>
/// <param name="MaxEntries">At most this many entries.</param>
/// <param name="MaxBytes">The slice ends once its texts reach this; at least one entry is given.</param>
public readonly record struct SyncQuery(long After, long NotBefore, int MaxEntries, int MaxBytes);
