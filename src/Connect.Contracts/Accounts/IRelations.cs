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

/// <summary>A block between one user, who was asked about, and another.</summary>
/// <param name="Other">The other.</param>
/// <param name="ByOne">The one asked about blocks the other.</param>
/// <param name="ByOther">The other blocks the one asked about.</param>
public readonly record struct BlockBetween(UserId Other, bool ByOne, bool ByOther);

/// <summary>
/// Somebody on this node for whom it matters who is a contact, who is blocked and who hides what. Called after the
/// change is durable and after <see cref="IRelations"/> knows it; must not throw and must return quickly.
/// </summary>
public interface IPeopleListener
{
    /// <summary>Something changed between two users, in the row of either.</summary>
    void RelationChanged(UserId one, UserId other);

    void PrivacyChanged(UserId user, Privacy privacy);
}
