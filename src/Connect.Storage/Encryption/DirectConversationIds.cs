using System.Buffers.Binary;
using System.Security.Cryptography;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Storage.Encryption;

/// <summary>
/// HMAC-SHA256 of the two user ids, lower first, truncated to 128 bits; the first 16 are replaced by the lower's cell.
/// </summary>
internal sealed class DirectConversationIds(ReadOnlyMemory<byte> key) : IDirectConversationIds
{
    /// <inheritdoc/>
    public ConversationId Derive(UserId one, UserId other)
    {
        var (lower, higher) = one < other ? (one, other) : (other, one);
        Span<byte> pair = stackalloc byte[2 * OpaqueId.ByteLength];
        BinaryPrimitives.WriteUInt128BigEndian(pair, lower.Value);
        BinaryPrimitives.WriteUInt128BigEndian(pair[OpaqueId.ByteLength..], higher.Value);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Span, pair, hash);
        BinaryPrimitives.WriteUInt16BigEndian(hash, OpaqueId.Cell(lower.Value));
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
