using Connect.Storage.Committing;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>The row of a <see cref="ConversationHead"/>: numbers only, not encrypted.</summary>
internal static class HeadRow
{
    public const int Length = 1 + 4 * sizeof(long) + 2 * sizeof(int);

    private const byte Version = 1;

    public static void Write(Span<byte> row, ConversationHead head)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Int64(head.Epoch);
        writer.Int64(head.NextSeq);
        writer.Int64(head.LastTime);
        writer.Int64(head.Messages);
        writer.Int32(head.PresentMembers);
        writer.Int32(head.MemberRows);
    }

    public static ConversationHead Read(ReadOnlySpan<byte> row)
    {
        var reader = new RowReader(row, Version);
        return new(reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64(), reader.Int32(), reader.Int32());
    }
}
