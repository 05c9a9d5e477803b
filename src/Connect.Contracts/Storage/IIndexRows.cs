using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>
/// The index rows of all users, for the sweep that deletes those a crash between two writes left behind (D5).
/// </summary>
public interface IIndexRows
{
    /// <summary>Rows in the order of (user, conversation); those that nobody can open any more are left out.</summary>
    /// <param name="user">Where to begin, with <paramref name="conversation"/>; none: at the start.</param>
    /// <param name="conversation">See <paramref name="user"/>.</param>
    /// <param name="limit">At most this many are looked at.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    ValueTask<IndexPage> WalkAsync(
        UserId user,
        ConversationId conversation,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Whether the user is a present member or has an invite that is not ended: only then the row has a meaning.
    /// </summary>
    ValueTask<bool> BelongsAsync(UserId user, ConversationId conversation, CancellationToken cancellationToken);

    /// <summary>Deletes a row only if it is still the same, its time too: one written anew survives.</summary>
    ValueTask<bool> DeleteAsync(IndexRow row);
}
