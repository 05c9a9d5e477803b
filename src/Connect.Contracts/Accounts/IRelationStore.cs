using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>
/// Contacts, requests and blocks, each user's in their own space: no transaction spans two users (D5). Rows are
/// encrypted under the owner's key. Writes are durable on return; a thrown exception means unknown.
/// </summary>
public interface IRelationStore
{
    /// <summary>One relation per pair, in the order asked; where there is no row, an empty one of version 0.</summary>
    ValueTask<ImmutableArray<Relation>> ReadAsync(
        ImmutableArray<(UserId Owner, UserId Other)> pairs,
        CancellationToken cancellationToken
    );

    /// <summary>All relations of a user, by the other's id.</summary>
    ValueTask<ImmutableArray<Relation>> ListAsync(UserId owner, CancellationToken cancellationToken);

    ValueTask<RelationTally> CountAsync(UserId owner, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a row if the stored version is still that of <paramref name="relation"/> and no count of the owner rises
    /// above its limit; an empty relation deletes its row. The store gives the new version: one that this owner's rows
    /// never had, so that a row deleted and made anew is not taken for the old one.
    /// </summary>
    ValueTask<RelationWrite> PutAsync(Relation relation, RelationTally limits);

    /// <summary>Deletes all rows of a user, who is being deleted. Safe to repeat.</summary>
    ValueTask DeleteAllAsync(UserId owner);
}
