using System.Buffers.Binary;
using System.Text;
using Connect.Contracts.Identifiers;
using Connect.Storage.Encryption;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The keys of all tables. Each begins with the id of its owner, big-endian, so that an owner's rows stand together
/// and a conversation's entries in the order of their seqs. Frozen.
/// </summary>
internal static class RowKeys
{
    public const int OwnerLength = OpaqueId.ByteLength;
    public const int EntryLength = OwnerLength + sizeof(long);
    public const int MemberLength = OwnerLength + sizeof(ushort);
    public const int DedupeLength = 3 * OpaqueId.ByteLength;
    public const int PairLength = 2 * OpaqueId.ByteLength;
    public const int DataKeyLength = OwnerLength + 1;

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

    /// <summary>The part of a key that tells an owner's rows of one table apart.</summary>
    public static ReadOnlySpan<byte> Row(ReadOnlySpan<byte> key) => key[OwnerLength..];

    /// <summary>The id that a part of a key is.</summary>
    public static UInt128 ReadId(ReadOnlySpan<byte> part) => BinaryPrimitives.ReadUInt128BigEndian(part);

    public static byte[] Bucket(int bucket) => Encoding.ASCII.GetBytes($"bucket/{bucket:X2}");

    public static byte[] Check(string name) => Encoding.ASCII.GetBytes($"check/{name}");
}
