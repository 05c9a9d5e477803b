using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>
/// Ids of direct conversations: a keyed hash of the two user ids, lower first, homed where the lower is (D10).
/// </summary>
public interface IDirectConversationIds
{
    ConversationId Derive(UserId one, UserId other);
}
