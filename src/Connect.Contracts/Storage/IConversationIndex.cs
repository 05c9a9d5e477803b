using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>
/// The conversations of a user, on the user's side (D5). Written before the entry that makes them a member; a row
/// without membership is ignored by reads and deleted only by the sweep.
/// </summary>
public interface IConversationIndex
{
    /// <summary>
    /// Durable on return. A row that is there already takes the new cid and keeps what its user chose.
    /// </summary>
    ValueTask PutAsync(ImmutableArray<IndexRow> rows);

    /// <summary>All rows of a user.</summary>
    ValueTask<ImmutableArray<IndexRow>> ListAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>One row of a user; null when there is none.</summary>
    ValueTask<IndexRow?> FindAsync(UserId user, ConversationId conversation, CancellationToken cancellationToken);

    /// <summary>
    /// What a user chose for a conversation in their list; what is null stays. Durable on return: the row as it is
    /// then; null when there is none.
    /// </summary>
    ValueTask<IndexRow?> ChooseAsync(UserId user, ConversationId conversation, long? mutedUntil, long? hiddenThrough);

    /// <summary>Deletes a row only if it still carries this cid, so that a row written anew survives.</summary>
    ValueTask<bool> DeleteAsync(UserId user, ConversationId conversation, Cid cid);
}
