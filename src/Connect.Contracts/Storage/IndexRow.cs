using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>A conversation of a user.</summary>
/// <param name="User">Whose.</param>
/// <param name="Conversation">Which.</param>
/// <param name="Cid">Of the entry that makes them a member, or of the first entry of a direct conversation.</param>
/// <param name="Time">When the row was written, milliseconds since the epoch.</param>
public readonly record struct IndexRow(UserId User, ConversationId Conversation, Cid Cid, long Time)
{
    /// <summary>The user wants no noise of it until then, milliseconds since the epoch; 0 = it is not muted.</summary>
    public long MutedUntil { get; init; }

    /// <summary>The user does not want to see it in the list until its head is above this; 0 = it is not hidden.
    /// </summary>
    public long HiddenThrough { get; init; }
}
