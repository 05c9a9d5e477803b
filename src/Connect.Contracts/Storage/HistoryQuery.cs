namespace Connect.Contracts.Storage;

/// <summary>Which part of the history. At most one of the three seqs is set; none means the newest.</summary>
/// <param name="Before">Entries below this seq, the nearest <paramref name="Limit"/>.</param>
/// <param name="After">Entries above this seq, the nearest.</param>
/// <param name="Around">Half of them at and below this seq, half above.</param>
/// <param name="Limit">1 to 200.</param>
/// <param name="MaxBytes">The page ends once its texts reach this; at least one entry is given.</param>
public readonly record struct HistoryQuery(long Before, long After, long Around, int Limit, int MaxBytes);
