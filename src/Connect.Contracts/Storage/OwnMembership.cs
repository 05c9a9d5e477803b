using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>A reader's own row in a conversation of which they are a present member.</summary>
public sealed record OwnMembership(ConversationId Conversation, Member Member);
