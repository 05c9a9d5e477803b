using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;
using Connect.Storage.Rules;

namespace Connect.Storage.Rows;

/// <summary>The row of a <see cref="ConversationHead"/>: numbers only, not encrypted.</summary>
internal static class HeadRow
{
    /// <summary>Of a conversation without deleted entries, written as before floors existed.</summary>
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

/// <summary>Kind and title of a conversation, before the row is sealed.</summary>
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

/// <summary>The row of an entry before it is sealed: everything but the seq, which is its key.</summary>
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

    /// <summary>The entry; its body is a slice of <paramref name="row"/>, which must not change afterwards.</summary>
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

/// <summary>An idempotency row. It holds the text only as a keyed fingerprint.</summary>
/// <param name="Seq">The seq of the message.</param>
/// <param name="Time">The entry's time.</param>
/// <param name="CommittedAt">
/// When it was committed, milliseconds since the epoch; the row counts for 31 days from then.
/// </param>
/// <param name="Fingerprint">See <see cref="DataKey.Fingerprint"/>.</param>
internal readonly record struct DedupeRow(long Seq, long Time, long CommittedAt, UInt128 Fingerprint)
{
    public const int Length = 1 + 3 * sizeof(long) + DataKey.FingerprintLength;

    private const byte Version = 1;

    public static DedupeRow Read(ReadOnlySpan<byte> row)
    {
        var reader = new RowReader(row, Version);
        return new(reader.Int64(), reader.Int64(), reader.Int64(), reader.Id());
    }

    public void Write(Span<byte> row)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Int64(Seq);
        writer.Int64(Time);
        writer.Int64(CommittedAt);
        writer.Id(Fingerprint);
    }
}

/// <summary>
/// A row of the index of authors, one for each message: how many messages its author had written up to and including
/// it. Only the differences between the rows of an author mean something: old rows are deleted with their entries, and
/// the count starts anew when none is left.
/// </summary>
internal static class AuthorRow
{
    public const int Length = 1 + sizeof(long);

    private const byte Version = 1;

    public static void Write(Span<byte> row, long count)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Int64(count);
    }

    public static long Read(ReadOnlySpan<byte> row) => new RowReader(row, Version).Int64();
}

/// <summary>How far the indexing of the authors of one conversation got.</summary>
/// <param name="Through">Entries up to this seq have their rows.</param>
/// <param name="IsComplete">All entries have, and each commit adds those of its own.</param>
internal readonly record struct AuthorProgressRow(long Through, bool IsComplete)
{
    public const int Length = 2 + sizeof(long);

    private const byte Version = 1;

    public static AuthorProgressRow Read(ReadOnlySpan<byte> row)
    {
        var reader = new RowReader(row, Version);
        var isComplete = reader.Byte() != 0;
        return new(reader.Int64(), isComplete);
    }

    public void Write(Span<byte> row)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Byte(IsComplete ? (byte)1 : (byte)0);
        writer.Int64(Through);
    }
}

/// <summary>Of the whole store: the authors of all conversations up to this id are indexed.</summary>
internal static class AuthorCursorRow
{
    public const int Length = 1 + OpaqueId.ByteLength;

    private const byte Version = 1;

    public static void Write(Span<byte> row, ConversationId through)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Id(through.Value);
    }

    public static ConversationId Read(ReadOnlySpan<byte> row) => new(new RowReader(row, Version).Id());
}
