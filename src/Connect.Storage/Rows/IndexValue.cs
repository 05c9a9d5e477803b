using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Storage.Rows;

/// <summary>The value of an index row before it is sealed; user and conversation are its key.</summary>
internal static class IndexValue
{
    public const int Length = 1 + OpaqueId.ByteLength + 4 * sizeof(long);

    /// <summary>Version 1 had no choices of the user, version 2 no place in the list.</summary>
    private const byte Version = 3;
    private const byte VersionWithoutPlace = 2;
    private const byte VersionWithoutChoices = 1;

    public static void Write(Span<byte> value, PlacedRow placed)
    {
        var writer = new RowWriter(value);
        writer.Byte(Version);
        writer.Cid(placed.Row.Cid);
        writer.Int64(placed.Row.Time);
        writer.Int64(placed.Row.MutedUntil);
        writer.Int64(placed.Row.HiddenThrough);
        writer.Int64(placed.PlacedAt);
    }

    public static PlacedRow Read(UserId user, ConversationId conversation, ReadOnlySpan<byte> value)
    {
        var version = value is [VersionWithoutChoices or VersionWithoutPlace, ..] ? value[0] : Version;
        var reader = new RowReader(value, version);
        var row = new IndexRow(user, conversation, reader.Cid(), reader.Int64());
        if (version != VersionWithoutChoices)
        {
            row = row with { MutedUntil = reader.Int64(), HiddenThrough = reader.Int64() };
        }

        return new(row, version == Version ? reader.Int64() : 0);
    }
}

/// <summary>An index row and where it stands in its user's list.</summary>
/// <param name="Row">The row.</param>
/// <param name="PlacedAt">Milliseconds since the epoch; 0: an older program wrote it, and it has no place yet.</param>
internal readonly record struct PlacedRow(IndexRow Row, long PlacedAt);
