using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Conversations.Sending;

/// <summary>Who pays for messages; a door takes from it before it sends.</summary>
public interface ISendBudget
{
    /// <summary>
    /// Gives a conversation back what a message took from it that its sender may not write there: outsiders must not
    /// use up what its members have.
    /// </summary>
    void Answered(ConversationId conversation, AppendStatus status);
}
