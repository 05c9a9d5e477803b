using System.Buffers.Text;
using System.Security.Cryptography;
using Connect.Contracts.Accounts;

namespace Connect.Storage.Encryption;

/// <summary>An ES256 key in PKCS #8 form; its id is a hash of the public key.</summary>
internal sealed class TokenSigningKey : ITokenSigningKey
{
    private readonly byte[] _pkcs8;

    public TokenSigningKey(byte[] pkcs8)
    {
        _pkcs8 = pkcs8;
        using var key = CreateKey();
        KeyId = Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 16));
    }

    /// <inheritdoc/>
    public string KeyId { get; }

    /// <summary>A new random key on P-256.</summary>
    public static byte[] Generate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }

    /// <inheritdoc/>
    public ECDsa CreateKey()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(_pkcs8, out _);
        return key;
    }
}
