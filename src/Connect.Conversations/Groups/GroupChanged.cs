using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Conversations.Groups;

/// <summary>A change that is durable.</summary>
public sealed record GroupChanged(ConversationId Conversation, ChangeRequest Request, ChangeReply Reply);
