using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Connect.Accounts.Identity;

/// <summary>A token as memory keeps it: its SHA-256, so that no memory holds the token itself.</summary>
public readonly record struct TokenKey(UInt128 First, UInt128 Second)
{
    public static TokenKey Of(string token)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }
}
