using System.Security.Cryptography;

namespace Connect.Contracts.Accounts;

/// <summary>The ES256 key of our access tokens, from the key file.</summary>
public interface ITokenSigningKey
{
    /// <summary>Key id, for the header of a token.</summary>
    string KeyId { get; }

    /// <summary>A private key on P-256; the caller disposes of it.</summary>
    ECDsa CreateKey();
}
