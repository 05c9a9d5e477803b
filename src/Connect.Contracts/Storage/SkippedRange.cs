namespace Connect.Contracts.Storage;

/// <summary>Seqs a reader will never get, both ends included (D8).</summary>
public readonly record struct SkippedRange(long From, long To, SkipReason Why);
