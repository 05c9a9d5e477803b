using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Connect.Storage.Encryption;

/// <summary>
/// Seals rows with AES-256-GCM: format version (1 byte), key id (4), random nonce (12), ciphertext, tag (16).
/// The associated data binds table, owner, row, key id and format version, so a row opens only where it was written.
/// </summary>
/// <remarks>
/// One instance per key. An <see cref="AesGcm"/> is expensive to create and not thread-safe, so one is kept and handed
/// to the first caller; a second thread using the same key creates a temporary one. Random nonces are safe for 2^32
/// rows per key (NIST SP 800-38D, 8.3), which no conversation reaches.
/// </remarks>
internal sealed class RowCipher(byte[] key, uint keyId)
{
    public const int KeyLength = 32;

    /// <summary>Bytes that sealing adds to a row.</summary>
    public const int Overhead = HeaderLength + TagLength;

    private const byte Format = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeaderLength = 1 + sizeof(uint) + NonceLength;
    private const int MaxRowId = 16;
    private const int MaxAssociated = 1 + 16 + MaxRowId + sizeof(uint) + 1;

    private AesGcm? _kept;

    /// <summary>The key's id, written into the rows it seals.</summary>
    public uint KeyId => keyId;

    /// <summary>The id of the key that sealed a row.</summary>
    /// <exception cref="CryptographicException">Not a sealed row of a known format.</exception>
    public static uint ReadKeyId(ReadOnlySpan<byte> sealedRow)
    {
        return sealedRow.Length >= Overhead && sealedRow[0] == Format
            ? BinaryPrimitives.ReadUInt32BigEndian(sealedRow[1..])
            : throw new CryptographicException("A row has an unknown format.");
    }

    /// <summary>
    /// Seals a row of an owner; <paramref name="row"/> identifies it among the owner's rows of that table.
    /// </summary>
    public byte[] Seal(RowTable table, UInt128 owner, ReadOnlySpan<byte> row, ReadOnlySpan<byte> plaintext)
    {
        Span<byte> associated = stackalloc byte[MaxAssociated];
        associated = Associate(associated, table, owner, row);
        var result = new byte[Overhead + plaintext.Length];
        result[0] = Format;
        BinaryPrimitives.WriteUInt32BigEndian(result.AsSpan(1), keyId);
        var nonce = result.AsSpan(1 + sizeof(uint), NonceLength);
        Nonces.Fill(nonce);
        var aes = Take();
        aes.Encrypt(
            nonce,
            plaintext,
            result.AsSpan(HeaderLength, plaintext.Length),
            result.AsSpan(HeaderLength + plaintext.Length),
            associated
        );
        Return(aes);
        return result;
    }

    /// <summary>Opens what <see cref="Seal"/> sealed.</summary>
    /// <exception cref="CryptographicException">
    /// Sealed with another key, changed, or moved from where it was written.
    /// </exception>
    public byte[] Open(RowTable table, UInt128 owner, ReadOnlySpan<byte> row, ReadOnlySpan<byte> sealedRow)
    {
        if (ReadKeyId(sealedRow) != keyId)
        {
            throw new CryptographicException("A row was sealed with another key.");
        }

        Span<byte> associated = stackalloc byte[MaxAssociated];
        associated = Associate(associated, table, owner, row);
        var result = new byte[sealedRow.Length - Overhead];
        var aes = Take();
        try
        {
            aes.Decrypt(
                sealedRow.Slice(1 + sizeof(uint), NonceLength),
                sealedRow[HeaderLength..^TagLength],
                sealedRow[^TagLength..],
                result,
                associated
            );
        }
        finally
        {
            Return(aes);
        }

        return result;
    }

    /// <summary>Derives a key for another purpose by HKDF-SHA256 (RFC 5869).</summary>
    public byte[] Derive(ReadOnlySpan<byte> purpose)
    {
        var derived = new byte[KeyLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, [], purpose);
        return derived;
    }

    /// <summary>The key itself, wrapped by another one.</summary>
    public byte[] WrapBy(RowCipher other, RowTable table, UInt128 owner, ReadOnlySpan<byte> row) =>
        other.Seal(table, owner, row, key);

    private Span<byte> Associate(Span<byte> buffer, RowTable table, UInt128 owner, ReadOnlySpan<byte> row)
    {
        buffer[0] = (byte)table;
        BinaryPrimitives.WriteUInt128BigEndian(buffer[1..], owner);
        row.CopyTo(buffer[17..]);
        var end = 17 + row.Length;
        BinaryPrimitives.WriteUInt32BigEndian(buffer[end..], keyId);
        buffer[end + sizeof(uint)] = Format;
        return buffer[..(end + sizeof(uint) + 1)];
    }

    private AesGcm Take() => Interlocked.Exchange(ref _kept, null) ?? new AesGcm(key, TagLength);

    private void Return(AesGcm aes)
    {
        if (Interlocked.CompareExchange(ref _kept, aes, null) is not null)
        {
            aes.Dispose();
        }
    }
}

/// <summary>
/// The table of a sealed row. It is part of the associated data, so that a row moved to another table does not open.
/// Frozen.
/// </summary>
internal enum RowTable : byte
{
    BucketKey = 1,
    ConversationKey = 2,
    UserKey = 3,
    Conversation = 4,
    Members = 5,
    Entry = 6,
    Account = 7,
    Device = 8,
    Index = 9,
    Relation = 10,
}

/// <summary>
/// Random bytes for nonces, drawn from the system in bulk: one call for twelve bytes costs more than sealing a row.
/// Each byte is handed out once, to one thread.
/// </summary>
internal static class Nonces
{
    private const int Drawn = 1_020;

    [ThreadStatic]
    private static byte[]? _bytes;

    [ThreadStatic]
    private static int _left;

    public static void Fill(Span<byte> nonce)
    {
        var bytes = _bytes ??= new byte[Drawn];
        if (_left < nonce.Length)
        {
            RandomNumberGenerator.Fill(bytes);
            _left = Drawn;
        }

        var given = bytes.AsSpan(_left - nonce.Length, nonce.Length);
        given.CopyTo(nonce);
        given.Clear();
        _left -= nonce.Length;
    }
}

/// <summary>The unwrapped key of a conversation or a user.</summary>
internal sealed class DataKey
{
    /// <summary>Length of a text's fingerprint.</summary>
    public const int FingerprintLength = 16;

    private readonly byte[] _fingerprintKey;
    private byte[]? _authorKey;

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
    public UInt128 Fingerprint(ReadOnlySpan<byte> text) => Mac(_fingerprintKey, text);

    /// <summary>
    /// Stands for an author in the keys of one conversation: without this key it tells which messages have the same
    /// author, but not who that is. HMAC-SHA256 under a key of its own, truncated to 128 bits.
    /// </summary>
    public UInt128 MarkAuthor(UInt128 user)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(id, user);
        return Mac(_authorKey ??= Cipher.Derive("connect author v1"u8), id);
    }

    private static UInt128 Mac(byte[] key, ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, bytes, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
