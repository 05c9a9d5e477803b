using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>
/// A user's conversations, stored on the user's side. A row is written before the entry that makes the user a member;
/// reads ignore a row without membership, and only the sweep deletes it.
/// </summary>
public interface IConversationIndex : IInviteRows
{
    /// <summary>Durable on return. An existing row takes the new cid and keeps the user's choices.</summary>
    ValueTask PutAsync(ImmutableArray<IndexRow> rows);

    /// <summary>How many rows a user has; one row read, whatever the number.</summary>
    ValueTask<int> CountAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>
    /// A part of a user's list in stored order, newest first. A place is written with the row and again when the
    /// conversation has moved since, at most once an hour: the order may be that much late, and what moved meanwhile
    /// is to be found elsewhere. A place stays on its shelf until the conversation is placed again, so readers ask
    /// the rows what is so now.
    /// </summary>
    /// <param name="user">Whose list.</param>
    /// <param name="shelf">Which part of the list.</param>
    /// <param name="after">The last place of the part before; <see cref="ListPlace.Start"/>: from the top.</param>
    /// <param name="limit">Places at most.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    ValueTask<ImmutableArray<ListPlace>> ReadPlacesAsync(
        UserId user,
        ListShelf shelf,
        ListPlace after,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>The rows of these conversations, in the order given; null where there is none.</summary>
    ValueTask<ImmutableArray<IndexRow?>> FindManyAsync(
        UserId user,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    );

    /// <summary>All rows of a user.</summary>
    ValueTask<ImmutableArray<IndexRow>> ListAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>One row of a user; null when there is none.</summary>
    ValueTask<IndexRow?> FindAsync(UserId user, ConversationId conversation, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a user's choices for a conversation in their list; null leaves a choice unchanged. Durable on return.
    /// Returns the row after the change; null when there is none.
    /// </summary>
    ValueTask<IndexRow?> ChooseAsync(UserId user, ConversationId conversation, long? mutedUntil, long? hiddenThrough);

    /// <summary>Deletes a row only while it carries this cid, so that a row written again survives.</summary>
    ValueTask<bool> DeleteAsync(UserId user, ConversationId conversation, Cid cid);
}

/// <summary>The index rows of all users, for the sweep that deletes what a crash between two writes left.</summary>
public interface IIndexRows
{
    /// <summary>
    /// Rows ordered by (user, conversation), starting with this one; rows whose key was destroyed and rows that cannot
    /// be read are left out.
    /// </summary>
    /// <param name="user">
    /// Where to start, together with <paramref name="conversation"/>; none: at the beginning.
    /// </param>
    /// <param name="conversation">See <paramref name="user"/>.</param>
    /// <param name="limit">Maximum number of rows to examine.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    ValueTask<IndexPage> WalkAsync(
        UserId user,
        ConversationId conversation,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Whether the user is a present member, the only case in which the row has a purpose.</summary>
    ValueTask<bool> BelongsAsync(UserId user, ConversationId conversation, CancellationToken cancellationToken);

    /// <summary>Deletes a row only while it is unchanged, including its time: a row written again survives.</summary>
    ValueTask<bool> DeleteAsync(IndexRow row);
}

/// <summary>A conversation of a user.</summary>
/// <param name="User">The user.</param>
/// <param name="Conversation">The conversation.</param>
/// <param name="Cid">
/// The cid of the entry that makes them a member, or of the first entry of a direct conversation.
/// </param>
/// <param name="Time">When the row was written, milliseconds since the epoch.</param>
public readonly record struct IndexRow(UserId User, ConversationId Conversation, Cid Cid, long Time)
{
    /// <summary>Muted until then, milliseconds since the epoch; 0 = not muted.</summary>
    public long MutedUntil { get; init; }

    /// <summary>Hidden from the list until the head is above this seq; 0 = not hidden.</summary>
    public long HiddenThrough { get; init; }
}

/// <summary>A part of a walk over index rows.</summary>
/// <param name="Rows">Ordered by (user, conversation).</param>
/// <param name="NextUser">Where the next part starts, together with <paramref name="NextConversation"/>.</param>
/// <param name="NextConversation">See <paramref name="NextUser"/>.</param>
/// <param name="IsLast">Nothing follows this part.</param>
public sealed record IndexPage(
    ImmutableArray<IndexRow> Rows,
    UserId NextUser,
    ConversationId NextConversation,
    bool IsLast
)
{
    /// <summary>The end of a walk.</summary>
    public static IndexPage LastOf(ImmutableArray<IndexRow> rows) => new(rows, default, default, true);
}
