using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>What a change between two users does to the direct conversation of the two.</summary>
public interface IDirectConversations
{
    /// <summary>Closes the conversation to the other user, or opens it again; durable on return.</summary>
    ValueTask SetBlockAsync(UserId user, UserId other, bool blocks);

    /// <summary>The two became contacts: a message request between them is settled.</summary>
    ValueTask SettleAsync(UserId user, UserId other);
}

/// <summary>How a user whose account is being deleted leaves a conversation for good.</summary>
public interface IConversationDepartures
{
    /// <summary>Durable on return, and safe to repeat.</summary>
    /// <exception cref="Exception">It was not possible now: try again later.</exception>
    Task LeaveAsync(ConversationId conversation, UserId user);
}
