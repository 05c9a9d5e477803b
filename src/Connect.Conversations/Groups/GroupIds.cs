using System.Buffers.Binary;
using System.Security.Cryptography;
using Connect.Contracts.Identifiers;

namespace Connect.Conversations.Groups;

/// <summary>
/// Ids of new groups: a hash of the creator's id and the idempotency key, so that a creation sent again names the same
/// group; homed where the creator is. An id gives no right to anything.
/// </summary>
public static class GroupIds
{
    public static ConversationId Derive(UserId creator, Cid cid)
    {
        Span<byte> input = stackalloc byte[2 * OpaqueId.ByteLength];
        BinaryPrimitives.WriteUInt128BigEndian(input, creator.Value);
        cid.Value.TryWriteBytes(input[OpaqueId.ByteLength..], bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        BinaryPrimitives.WriteUInt16BigEndian(hash, OpaqueId.Cell(creator.Value));
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
