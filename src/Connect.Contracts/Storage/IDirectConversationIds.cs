using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>
/// Derives the ids of direct conversations: a keyed hash of the two user ids, lower first, in the cell of the lower.
/// </summary>
public interface IDirectConversationIds
{
    ConversationId Derive(UserId one, UserId other);
}
