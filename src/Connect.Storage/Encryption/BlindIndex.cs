using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Connect.Contracts.Accounts;

namespace Connect.Storage.Encryption;

/// <summary>
/// Finds users without storing their names: HMAC-SHA256 of the normalised form, truncated to 128 bits.
/// </summary>
internal sealed class BlindIndex(ReadOnlyMemory<byte> key)
{
    /// <summary>An outside identity. No username contains a NUL, so the two kinds never collide.</summary>
    public UInt128 Hash(ExternalIdentity identity) => Hash($"external\0{identity.Issuer}\0{identity.Subject}");

    public UInt128 Hash(string normalizedUsername)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Span, Encoding.UTF8.GetBytes(normalizedUsername), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
