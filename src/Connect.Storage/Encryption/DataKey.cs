using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Connect.Storage.Encryption;

/// <summary>The unwrapped key of a conversation or a user.</summary>
internal sealed class DataKey
{
    /// <summary>Length of a text's fingerprint.</summary>
    public const int FingerprintLength = 16;

    private readonly byte[] _fingerprintKey;

    public DataKey(byte[] key, uint keyId)
    {
        Cipher = new(key, keyId);
        _fingerprintKey = Cipher.Derive("connect text fingerprint v1"u8);
    }

    public RowCipher Cipher { get; }

    /// <summary>A new random key.</summary>
    public static DataKey Generate() => new(RandomNumberGenerator.GetBytes(RowCipher.KeyLength), 1);

    /// <summary>
    /// Identifies a text without storing it: HMAC-SHA256 under a key derived from this one, truncated to 128 bits.
    /// </summary>
    public UInt128 Fingerprint(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_fingerprintKey, text, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
