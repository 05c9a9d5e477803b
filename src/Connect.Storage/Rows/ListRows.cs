using System.Buffers.Binary;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Storage.Rows;

/// <summary>
/// The keys and values of the rows around the index: places in a list, invites that wait, invites sent. They hold ids
/// and times alone, like the keys of the index and of idempotency rows, and are not encrypted. Frozen.
/// </summary>
internal static class ListRows
{
    public const int PlaceLength = RowKeys.OwnerLength + 1 + ListPlace.Length;
    public const int TallyKeyLength = RowKeys.OwnerLength + 1;
    public const int TallyLength = 1 + sizeof(int);
    public const int InviteLength = 1 + OpaqueId.ByteLength + sizeof(long);
    public const int SentKeyLength = 3 * OpaqueId.ByteLength;
    public const int SentLength = 1 + sizeof(long);

    private const byte Version = 1;

    /// <summary>Behind all shelves: how many index rows the user has.</summary>
    private const byte TallyShelf = 0xFF;

    /// <summary>Ordered by user, shelf, and then as places are.</summary>
    public static void Place(Span<byte> key, UserId user, ListShelf shelf, ListPlace place)
    {
        RowKeys.Owner(key, user.Value);
        key[RowKeys.OwnerLength] = (byte)shelf;
        var rest = key[(RowKeys.OwnerLength + 1)..];
        BinaryPrimitives.WriteInt64BigEndian(rest, long.MaxValue - place.Time);
        BinaryPrimitives.WriteUInt128BigEndian(rest[sizeof(long)..], ~place.Conversation.Value);
    }

    public static ListPlace ReadPlace(ReadOnlySpan<byte> key)
    {
        var rest = key[(RowKeys.OwnerLength + 1)..];
        return new(
            long.MaxValue - BinaryPrimitives.ReadInt64BigEndian(rest),
            new(~BinaryPrimitives.ReadUInt128BigEndian(rest[sizeof(long)..]))
        );
    }

    public static void TallyKey(Span<byte> key, UserId user)
    {
        RowKeys.Owner(key, user.Value);
        key[RowKeys.OwnerLength] = TallyShelf;
    }

    public static void WriteTally(Span<byte> row, int count)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Int32(count);
    }

    public static int ReadTally(ReadOnlySpan<byte> row) => new RowReader(row, Version).Int32();

    public static void WriteInvite(Span<byte> row, in InviteRow invite)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Id(invite.By.Value);
        writer.Int64(invite.Time);
    }

    public static InviteRow ReadInvite(ReadOnlySpan<byte> key, ReadOnlySpan<byte> row)
    {
        var reader = new RowReader(row, Version);
        return new(new(RowKeys.ReadId(key)), new(RowKeys.ReadId(RowKeys.Row(key))), new(reader.Id()), reader.Int64());
    }

    /// <summary>Ordered by inviter, group and invited user.</summary>
    public static void SentKey(Span<byte> key, UserId by, ConversationId conversation, UserId user)
    {
        RowKeys.Pair(key, by.Value, conversation.Value);
        RowKeys.Owner(key[RowKeys.PairLength..], user.Value);
    }

    public static void WriteSent(Span<byte> row, long time)
    {
        var writer = new RowWriter(row);
        writer.Byte(Version);
        writer.Int64(time);
    }

    public static SentInvite ReadSent(ReadOnlySpan<byte> key, ReadOnlySpan<byte> row) =>
        new(
            new(RowKeys.ReadId(RowKeys.Row(key))),
            new(RowKeys.ReadId(key[RowKeys.PairLength..])),
            new RowReader(row, Version).Int64()
        );
}
