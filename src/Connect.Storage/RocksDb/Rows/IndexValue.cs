using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>The value of an index row before it is sealed; user and conversation are its key.</summary>
internal static class IndexValue
{
    public const int Length = 1 + OpaqueId.ByteLength + sizeof(long);

    private const byte Version = 1;

    public static void Write(Span<byte> value, IndexRow row)
    {
        var writer = new RowWriter(value);
        writer.Byte(Version);
        writer.Cid(row.Cid);
        writer.Int64(row.Time);
    }

    public static IndexRow Read(UserId user, ConversationId conversation, ReadOnlySpan<byte> value)
    {
        var reader = new RowReader(value, Version);
        return new(user, conversation, reader.Cid(), reader.Int64());
    }
}
