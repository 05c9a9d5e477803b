using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Gateway.Groups;

/// <summary>A change that is durable.</summary>
internal sealed record GroupChanged(ConversationId Conversation, ChangeRequest Request, ChangeReply Reply);
