using System.Buffers.Binary;
using System.Text;
using Connect.Contracts.Identifiers;
using Connect.Storage.Encryption;

namespace Connect.Storage.Rows;

/// <summary>
/// The keys of all tables. Each but that of dues starts with the big-endian id of its owner, so that an owner's rows
/// are adjacent and a conversation's entries ordered by seq. The part after the owner is also what a seal binds a row
/// to. Frozen.
/// </summary>
internal static class RowKeys
{
    public const int OwnerLength = OpaqueId.ByteLength;
    public const int EntryLength = OwnerLength + sizeof(long);
    public const int MemberLength = OwnerLength + sizeof(ushort);
    public const int DedupeLength = 3 * OpaqueId.ByteLength;
    public const int PairLength = 2 * OpaqueId.ByteLength;
    public const int AuthorLength = PairLength + sizeof(long);
    public const int DataKeyLength = OwnerLength + 1;
    public const int DueLength = 1 + sizeof(long) + OwnerLength;

    private static ReadOnlySpan<byte> AuthorProgressPrefix => "authors/"u8;

    /// <summary>heads, conversations, accounts, usernames.</summary>
    public static void Owner(Span<byte> key, UInt128 owner) => BinaryPrimitives.WriteUInt128BigEndian(key, owner);

    public static void Entry(Span<byte> key, ConversationId conversation, long seq)
    {
        Owner(key, conversation.Value);
        BinaryPrimitives.WriteInt64BigEndian(key[OwnerLength..], seq);
    }

    public static void Member(Span<byte> key, ConversationId conversation, int block)
    {
        Owner(key, conversation.Value);
        BinaryPrimitives.WriteUInt16BigEndian(key[OwnerLength..], checked((ushort)block));
    }

    public static void Dedupe(Span<byte> key, ConversationId conversation, UserId sender, Cid cid)
    {
        Pair(key, conversation.Value, sender.Value);
        cid.Value.TryWriteBytes(key[PairLength..], bigEndian: true, out _);
    }

    /// <param name="key">Where to write.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="author">
    /// Stands for the author in this conversation: see <see cref="Encryption.DataKey.MarkAuthor"/>.
    /// </param>
    /// <param name="seq">The seq of a message of theirs.</param>
    public static void Author(Span<byte> key, ConversationId conversation, UInt128 author, long seq)
    {
        Pair(key, conversation.Value, author);
        BinaryPrimitives.WriteInt64BigEndian(key[PairLength..], seq);
    }

    /// <summary>devices, index, relations.</summary>
    public static void Pair(Span<byte> key, UInt128 owner, UInt128 other)
    {
        Owner(key, owner);
        BinaryPrimitives.WriteUInt128BigEndian(key[OwnerLength..], other);
    }

    public static void DataKey(Span<byte> key, RowTable table, UInt128 owner)
    {
        Owner(key, owner);
        key[OwnerLength] = (byte)table;
    }

    /// <summary>dues: the one table whose rows are ordered by time rather than by owner.</summary>
    public static void Due(Span<byte> key, byte kind, long time, ConversationId conversation)
    {
        key[0] = kind;
        BinaryPrimitives.WriteInt64BigEndian(key[1..], time);
        Owner(key[(1 + sizeof(long))..], conversation.Value);
    }

    public static (byte Kind, long Time, ConversationId Conversation) ReadDue(ReadOnlySpan<byte> key) =>
        (key[0], BinaryPrimitives.ReadInt64BigEndian(key[1..]), new(ReadId(key[(1 + sizeof(long))..])));

    /// <summary>The part of a key that identifies a row among those of its owner.</summary>
    public static ReadOnlySpan<byte> Row(ReadOnlySpan<byte> key) => key[OwnerLength..];

    /// <summary>Reads an id from a part of a key.</summary>
    public static UInt128 ReadId(ReadOnlySpan<byte> part) => BinaryPrimitives.ReadUInt128BigEndian(part);

    /// <summary>How far the indexing of authors got in one conversation, among the rows of the whole store.</summary>
    public static byte[] AuthorProgress(ConversationId conversation)
    {
        var key = new byte[AuthorProgressPrefix.Length + OwnerLength];
        AuthorProgressPrefix.CopyTo(key);
        Owner(key.AsSpan(AuthorProgressPrefix.Length), conversation.Value);
        return key;
    }

    public static byte[] Bucket(int bucket) => Encoding.ASCII.GetBytes($"bucket/{bucket:X2}");

    public static byte[] Check(string name) => Encoding.ASCII.GetBytes($"check/{name}");
}
