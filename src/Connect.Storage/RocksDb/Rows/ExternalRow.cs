using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>Whose an outside identity is; the keyed hash of issuer and subject is its key.</summary>
internal static class ExternalRow
{
    public const int Length = 1 + OpaqueId.ByteLength + sizeof(long);

    private const byte Version = 1;

    public static void Write(Span<byte> row, ExternalOwner owner)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Id(owner.User.Value);
        writer.Int64(owner.EndedAt);
    }

    public static ExternalOwner Read(ReadOnlySpan<byte> row)
    {
        var reader = new RowReader(row, Version);
        return new(new(reader.Id()), reader.Int64());
    }
}
