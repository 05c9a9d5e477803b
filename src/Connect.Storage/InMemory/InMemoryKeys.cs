using System.Security.Cryptography;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;

namespace Connect.Storage.InMemory;

/// <summary>Random keys, lost with the process.</summary>
public sealed class InMemoryKeys : IDirectConversationIds, ITokenSigningKey
{
    private readonly DirectConversationIds _ids = new(RandomNumberGenerator.GetBytes(32));
    private readonly TokenSigningKey _signing = new(TokenSigningKey.Generate());

    /// <inheritdoc/>
    public string KeyId => _signing.KeyId;

    /// <inheritdoc/>
    public ConversationId Derive(UserId one, UserId other) => _ids.Derive(one, other);

    /// <inheritdoc/>
    public ECDsa CreateKey() => _signing.CreateKey();
}
