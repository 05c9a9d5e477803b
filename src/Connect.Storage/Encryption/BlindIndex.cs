using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Connect.Storage.Encryption;

/// <summary>Finds usernames without storing them: HMAC-SHA256 of the normalised form, cut to 128 bits (D10).</summary>
internal sealed class BlindIndex(ReadOnlyMemory<byte> key)
{
    public UInt128 Hash(string normalizedUsername)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Span, Encoding.UTF8.GetBytes(normalizedUsername), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
