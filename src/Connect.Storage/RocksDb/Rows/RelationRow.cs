using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>A relation's row before it is sealed; owner and other are its key.</summary>
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
