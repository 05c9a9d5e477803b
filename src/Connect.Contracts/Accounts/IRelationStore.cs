using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>
/// Contacts, requests and blocks, each user's on their own side: no transaction spans two users. Rows are encrypted
/// under the owner's key. Writes are durable on return; a thrown exception means the outcome is unknown.
/// </summary>
public interface IRelationStore
{
    /// <summary>One relation per pair, in the order given; where there is no row, an empty one of version 0.</summary>
    ValueTask<ImmutableArray<Relation>> ReadAsync(
        ImmutableArray<(UserId Owner, UserId Other)> pairs,
        CancellationToken cancellationToken
    );

    /// <summary>All relations of a user, ordered by the other's id.</summary>
    ValueTask<ImmutableArray<Relation>> ListAsync(UserId owner, CancellationToken cancellationToken);

    ValueTask<RelationTally> CountAsync(UserId owner, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a row if the stored version is still that of <paramref name="relation"/> and no count of the owner rises
    /// above its limit; an empty relation deletes its row. The store assigns the new version, one that no row of this
    /// owner ever had, so that a row deleted and created again is not mistaken for the old one.
    /// </summary>
    ValueTask<RelationWrite> PutAsync(Relation relation, RelationTally limits);

    /// <summary>Deletes all rows of a user who is being deleted. Safe to repeat.</summary>
    ValueTask DeleteAllAsync(UserId owner);
}

/// <summary>The outcome of writing a <see cref="Relation"/>.</summary>
public enum RelationWrite : byte
{
    Written = 1,

    /// <summary>The row has changed since it was read: read it again and decide again.</summary>
    Changed = 2,

    /// <summary>The row's owner has reached a limit.</summary>
    Full = 3,

    /// <summary>The row's owner was deleted, or is being deleted.</summary>
    Gone = 4,

    /// <summary>The current row does not allow this change; nothing was written.</summary>
    Refused = 5,
}
