using Connect.Storage.Committing;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>The row of a <see cref="ConversationHead"/>: numbers only, not encrypted.</summary>
internal static class HeadRow
{
    /// <summary>Of a conversation of which nothing was deleted, which is written as before there was a floor.</summary>
    public const int Length = 1 + 4 * sizeof(long) + 2 * sizeof(int);

    private const int LengthWithFloor = Length + 2 * sizeof(long);
    private const byte Version = 1;
    private const byte VersionWithFloor = 2;

    public static byte[] Write(ConversationHead head)
    {
        var row = new byte[head.Floor == 0 ? Length : LengthWithFloor];
        var writer = new RowWriter(row);
        writer.Byte(head.Floor == 0 ? Version : VersionWithFloor);
        writer.Int64(head.Epoch);
        writer.Int64(head.NextSeq);
        writer.Int64(head.LastTime);
        writer.Int64(head.Messages);
        writer.Int32(head.PresentMembers);
        writer.Int32(head.MemberRows);
        if (head.Floor > 0)
        {
            writer.Int64(head.Floor);
            writer.Int64(head.FloorMessages);
        }

        return row;
    }

    public static ConversationHead Read(ReadOnlySpan<byte> row)
    {
        var version = row is [VersionWithFloor, ..] ? VersionWithFloor : Version;
        var reader = new RowReader(row, version);
        var head = new ConversationHead(
            reader.Int64(),
            reader.Int64(),
            reader.Int64(),
            reader.Int64(),
            reader.Int32(),
            reader.Int32()
        );
        return version == Version ? head : head with { Floor = reader.Int64(), FloorMessages = reader.Int64() };
    }
}
