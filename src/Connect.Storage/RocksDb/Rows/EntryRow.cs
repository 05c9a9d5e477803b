using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>An entry's row before it is sealed: everything but the seq, which is its key.</summary>
internal static class EntryRow
{
    private const byte Version = 1;
    private const int HeaderLength = 2 + 2 * sizeof(long) + 2 * OpaqueId.ByteLength;

    public static int LengthOf(Entry entry) => HeaderLength + entry.Body.Length;

    public static void Write(Span<byte> row, Entry entry)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Byte((byte)entry.Kind);
        writer.Int64(entry.Time);
        writer.Int64(entry.Messages);
        writer.Id(entry.From.Value);
        writer.Cid(entry.Cid);
        writer.Raw(entry.Body.Span);
    }

    /// <summary>The entry; its body is a part of <paramref name="row"/>, which must not change afterwards.</summary>
    public static Entry Read(long seq, byte[] row)
    {
        var reader = new RowReader(row, Version);
        var kind = (EntryKind)reader.Byte();
        var time = reader.Int64();
        var messages = reader.Int64();
        var from = new UserId(reader.Id());
        var cid = reader.Cid();
        return new(seq, time, kind, from, cid, row.AsMemory(HeaderLength), messages);
    }
}
