using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.Rows;

/// <summary>The row of a relation before it is sealed; owner and other are its key.</summary>
internal static class RelationRow
{
    public const int Length = 1 + 5 * sizeof(long);

    private const byte Version = 1;

    public static void Write(Span<byte> row, in Relation relation)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Int64(relation.Version);
        writer.Int64(relation.WantedAt);
        writer.Int64(relation.AskedAt);
        writer.Int64(relation.DeclinedAt);
        writer.Int64(relation.BlockedAt);
    }

    public static Relation Read(UserId owner, UserId other, ReadOnlySpan<byte> row)
    {
        var reader = new RowReader(row, Version);
        var version = reader.Int64();
        return new(owner, other, reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64(), version);
    }
}

/// <summary>
/// The counts of a user's relations and the newest version assigned to one, before it is sealed. It precedes the
/// relations, under the id that belongs to nobody.
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
