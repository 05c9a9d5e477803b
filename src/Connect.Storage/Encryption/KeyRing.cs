using System.Security.Cryptography;

namespace Connect.Storage.Encryption;

/// <summary>
/// The unwrapped bucket keys, which wrap the data keys of conversations and users. They are few, so that the master key
/// is needed only to open the store, and a rotation re-wraps all of them in one write.
/// </summary>
internal sealed class KeyRing
{
    /// <summary>Number of buckets; the last byte of an owner's random id selects its bucket.</summary>
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

    /// <summary>
    /// Unwraps the bucket keys of a store, after a check that the key file belongs to it. The bucket keys are their own
    /// check of the master key: none opens under another.
    /// </summary>
    /// <param name="file">The key file.</param>
    /// <param name="check">The stored check value of a key of the file; null when it is missing.</param>
    /// <param name="bucket">A stored bucket key; null when it is missing.</param>
    /// <exception cref="StoreOpenException">The key file belongs to another store, or a row is missing.</exception>
    public static KeyRing Open(KeyFile file, Func<string, byte[]?> check, Func<int, byte[]?> bucket)
    {
        foreach (var (name, value) in file.CheckValues())
        {
            if (check(name) is not { } stored || !CryptographicOperations.FixedTimeEquals(stored, value))
            {
                throw file.Wrong(name);
            }
        }

        try
        {
            return new([
                .. Enumerable
                    .Range(0, Buckets)
                    .Select(number =>
                        file.Unwrap(
                            number,
                            bucket(number)
                                ?? throw new StoreOpenException(
                                    $"The store is damaged: its bucket key {number} is missing."
                                )
                        )
                    ),
            ]);
        }
        catch (CryptographicException e)
        {
            throw file.Wrong("master", e);
        }
    }

    /// <summary>Wraps a bucket key with the current master key.</summary>
    public byte[] Wrap(IMasterKeys masters, int bucket) => masters.Wrap(bucket, _keys[bucket]);

    public byte[] WrapDataKey(RowTable table, UInt128 owner, DataKey key) =>
        key.Cipher.WrapBy(Cipher(owner), table, owner, []);

    public DataKey UnwrapDataKey(RowTable table, UInt128 owner, ReadOnlySpan<byte> wrapped) =>
        new(Cipher(owner).Open(table, owner, [], wrapped), 1);

    private RowCipher Cipher(UInt128 owner) => _ciphers[(int)(owner & 0xFF)];
}

/// <summary>
/// Holds the versions of the master key and wraps bucket keys with them. It may be backed by a key service: that is
/// called once per bucket key when the store opens, never per conversation.
/// </summary>
internal interface IMasterKeys
{
    /// <summary>The version that wraps new keys.</summary>
    uint CurrentVersion { get; }

    /// <summary>Creates a new version and makes it the current one; durable on return.</summary>
    void AddVersion();

    /// <summary>Wraps a bucket key with the current version.</summary>
    byte[] Wrap(int bucket, ReadOnlySpan<byte> bucketKey);

    /// <summary>Unwraps a bucket key, whichever version wrapped it.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A wrong or missing version.</exception>
    byte[] Unwrap(int bucket, ReadOnlySpan<byte> wrapped);
}
