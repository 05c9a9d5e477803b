using Connect.Storage.Encryption;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>An idempotency row. The text is there as a keyed fingerprint only.</summary>
/// <param name="Seq">Where the message stands.</param>
/// <param name="Time">The entry's time.</param>
/// <param name="CommittedAt">
/// When it was committed, milliseconds since the epoch; the row lives 31 days from here.
/// </param>
/// <param name="Fingerprint">See <see cref="DataKey.Fingerprint"/>.</param>
internal readonly record struct DedupeRow(long Seq, long Time, long CommittedAt, UInt128 Fingerprint)
{
    public const int Length = 1 + 3 * sizeof(long) + DataKey.FingerprintLength;

    private const byte Version = 1;

    public static DedupeRow Read(ReadOnlySpan<byte> row)
    {
        var reader = new RowReader(row, Version);
        return new(reader.Int64(), reader.Int64(), reader.Int64(), reader.Id());
    }

    public void Write(Span<byte> row)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Int64(Seq);
        writer.Int64(Time);
        writer.Int64(CommittedAt);
        writer.Id(Fingerprint);
    }
}
