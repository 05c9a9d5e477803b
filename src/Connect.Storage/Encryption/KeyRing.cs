using System.Security.Cryptography;

namespace Connect.Storage.Encryption;

/// <summary>
/// The bucket keys, unwrapped: they wrap the data keys of conversations and users. There are few, so that the master
/// key is needed only when the store opens and a rotation re-wraps them all in one write.
/// </summary>
internal sealed class KeyRing
{
    /// <summary>Number of buckets; an owner's is the last byte of its id, which is random.</summary>
    public const int Buckets = 256;

    private const uint BucketKeyId = 1;

    private readonly byte[][] _keys;
    private readonly RowCipher[] _ciphers;

    private KeyRing(byte[][] keys)
    {
        _keys = keys;
        _ciphers = [.. keys.Select(k => new RowCipher(k, BucketKeyId))];
    }

    /// <summary>New random bucket keys.</summary>
    public static KeyRing Generate() =>
        new([.. Enumerable.Range(0, Buckets).Select(_ => RandomNumberGenerator.GetBytes(RowCipher.KeyLength))]);

    /// <summary>Unwraps the bucket keys of a store.</summary>
    /// <exception cref="CryptographicException">The master key is another.</exception>
    public static KeyRing Unwrap(IMasterKeys masters, Func<int, byte[]> wrapped) =>
        new([.. Enumerable.Range(0, Buckets).Select(b => masters.Unwrap(b, wrapped(b)))]);

    /// <summary>Wraps a bucket key with the current master key.</summary>
    public byte[] Wrap(IMasterKeys masters, int bucket) => masters.Wrap(bucket, _keys[bucket]);

    public byte[] WrapDataKey(RowTable table, UInt128 owner, DataKey key) =>
        key.Cipher.WrapBy(Cipher(owner), table, owner, []);

    public DataKey UnwrapDataKey(RowTable table, UInt128 owner, ReadOnlySpan<byte> wrapped) =>
        new(Cipher(owner).Open(table, owner, [], wrapped), 1);

    private RowCipher Cipher(UInt128 owner) => _ciphers[(int)(owner & 0xFF)];
}
