using Connect.Contracts.Conversations;
using Connect.Contracts.Storage;

namespace Connect.Storage.RocksDb.Rows;

/// <summary>What a conversation is, before the row is sealed.</summary>
internal static class ConversationRow
{
    private const byte Version = 1;

    public static byte[] Write(ConversationCreation creation)
    {
        var row = new byte[2 + RowWriter.SizeOf(creation.Title)];
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Byte((byte)creation.Kind);
        writer.Text(creation.Title);
        return row;
    }

    public static ConversationCreation Read(ReadOnlySpan<byte> row)
    {
        var reader = new RowReader(row, Version);
        return new((ConversationKind)reader.Byte(), reader.Text());
    }
}
