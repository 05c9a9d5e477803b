using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>
/// Who is a contact of whom and who blocks whom, for whatever depends on it. What this node changed is seen at once,
/// what another node changed within the setting <c>People:RelationMemory</c>.
/// </summary>
public interface IRelations
{
    /// <summary>Those of <paramref name="others"/> who are contacts of <paramref name="user"/>.</summary>
    ValueTask<ImmutableHashSet<UserId>> FindContactsAsync(
        UserId user,
        ImmutableArray<UserId> others,
        CancellationToken cancellationToken
    );

    /// <summary>All contacts of a user, asked of the store; the number is bounded by <c>People:Contacts</c>.</summary>
    ValueTask<ImmutableArray<UserId>> ListContactsAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>
    /// Those of <paramref name="others"/> between whom and <paramref name="one"/> there is a block, either way.
    /// </summary>
    ValueTask<ImmutableArray<BlockBetween>> FindBlocksAsync(
        UserId one,
        ImmutableArray<UserId> others,
        CancellationToken cancellationToken
    );

    /// <summary>All whom a user blocks; the number is bounded by <c>People:Blocks</c>.</summary>
    ValueTask<ImmutableHashSet<UserId>> FindBlockedAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>What a user hides from others.</summary>
    ValueTask<Privacy> ReadPrivacyAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>What <paramref name="owner"/> has to do with <paramref name="other"/> changed: read it again.</summary>
    void Forget(UserId owner, UserId other);

    /// <summary>What a user hides changed: read it again.</summary>
    void ForgetPrivacy(UserId user);
}
