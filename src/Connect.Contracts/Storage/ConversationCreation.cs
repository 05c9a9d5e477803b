using Connect.Contracts.Conversations;

namespace Connect.Contracts.Storage;

/// <summary>What the first commit of a conversation says of it; its members are the commit's member rows.</summary>
public sealed record ConversationCreation(ConversationKind Kind, string? Title);
