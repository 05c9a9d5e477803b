using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Storage.Rows;

/// <summary>The value of an index row before it is sealed; user and conversation are its key.</summary>
internal static class IndexValue
{
    public const int Length = 1 + OpaqueId.ByteLength + 3 * sizeof(long);

    /// <summary>Version 1 had no choices of the user.</summary>
    private const byte Version = 2;
    private const byte VersionWithoutChoices = 1;

    public static void Write(Span<byte> value, IndexRow row)
    {
        var writer = new RowWriter(value);
        writer.Byte(Version);
        writer.Cid(row.Cid);
        writer.Int64(row.Time);
        writer.Int64(row.MutedUntil);
        writer.Int64(row.HiddenThrough);
    }

    public static IndexRow Read(UserId user, ConversationId conversation, ReadOnlySpan<byte> value)
    {
        var version = value is [VersionWithoutChoices, ..] ? VersionWithoutChoices : Version;
        var reader = new RowReader(value, version);
        var row = new IndexRow(user, conversation, reader.Cid(), reader.Int64());
        return version == VersionWithoutChoices
            ? row
            : row with
            {
                MutedUntil = reader.Int64(),
                HiddenThrough = reader.Int64(),
            };
    }
}
