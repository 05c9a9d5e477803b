using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>How a user whose account is being deleted leaves a conversation for good.</summary>
public interface IConversationDepartures
{
    /// <summary>Durable on return, and safe to repeat.</summary>
    /// <exception cref="Exception">It was not possible now: try again later.</exception>
    Task LeaveAsync(ConversationId conversation, UserId user);
}
