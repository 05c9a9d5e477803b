namespace Connect.Storage.Encryption;

/// <summary>
/// Holds the versions of the master key and wraps bucket keys with them. A key service may stand behind it: it is
/// asked once for each bucket key when the store opens, never per conversation (D10).
/// </summary>
internal interface IMasterKeys
{
    /// <summary>The version that wraps new.</summary>
    uint CurrentVersion { get; }

    /// <summary>Makes a further version and the current one of it; durable on return.</summary>
    void AddVersion();

    /// <summary>Wraps a bucket key with the current version.</summary>
    byte[] Wrap(int bucket, ReadOnlySpan<byte> bucketKey);

    /// <summary>Unwraps a bucket key, whichever version wrapped it.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A wrong or missing version.</exception>
    byte[] Unwrap(int bucket, ReadOnlySpan<byte> wrapped);
}
