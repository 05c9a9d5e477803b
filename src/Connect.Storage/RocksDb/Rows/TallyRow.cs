using Connect.Contracts.Accounts;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>
/// How many relations a user has and the newest version given to one, before it is sealed: stands before the relations,
/// at the id that is nobody's.
/// </summary>
internal static class TallyRow
{
    public const int Length = 1 + sizeof(long) + 5 * sizeof(int);

    private const byte Version = 1;

    public static void Write(Span<byte> row, long newest, in RelationTally tally)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Int64(newest);
        writer.Int32(tally.Wanted);
        writer.Int32(tally.Requested);
        writer.Int32(tally.Asked);
        writer.Int32(tally.Declined);
        writer.Int32(tally.Blocked);
    }

    public static (long Newest, RelationTally Tally) Read(ReadOnlySpan<byte> row)
    {
        var reader = new RowReader(row, Version);
        var newest = reader.Int64();
        return (newest, new(reader.Int32(), reader.Int32(), reader.Int32(), reader.Int32(), reader.Int32()));
    }
}
