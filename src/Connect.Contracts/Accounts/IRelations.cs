using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>
/// Who is a contact of whom and who blocks whom. Changes made on this node are visible at once, those made on another
/// node within <c>People:RelationMemory</c>.
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

    /// <summary>
    /// All whom a user blocks among <paramref name="others"/>, and perhaps more. Where these are few it costs no more
    /// than they are, however many the user has to do with.
    /// </summary>
    ValueTask<ImmutableHashSet<UserId>> FindBlockedAmongAsync(
        UserId user,
        ImmutableArray<UserId> others,
        CancellationToken cancellationToken
    ) => FindBlockedAsync(user, cancellationToken);

    /// <summary>What a user hides from others.</summary>
    ValueTask<Privacy> ReadPrivacyAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>Drops what is cached about <paramref name="owner"/>'s relation to <paramref name="other"/>.</summary>
    void Forget(UserId owner, UserId other);

    /// <summary>Drops what is cached about what a user hides.</summary>
    void ForgetPrivacy(UserId user);
}

/// <summary>A block between the user in question and another.</summary>
/// <param name="Other">The other.</param>
/// <param name="ByOne">The user in question blocks the other.</param>
/// <param name="ByOther">The other blocks the user in question.</param>
public readonly record struct BlockBetween(UserId Other, bool ByOne, bool ByOther);

/// <summary>
/// Learns of changed contacts, blocks and privacy on this node. Called once the change is durable and visible in
/// <see cref="IRelations"/>; must not throw and must return quickly.
/// </summary>
public interface IPeopleListener
{
    /// <summary>The relation between two users changed, in the row of either.</summary>
    void RelationChanged(UserId one, UserId other);

    void PrivacyChanged(UserId user, Privacy privacy);
}
