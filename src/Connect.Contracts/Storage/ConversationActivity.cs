using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>How far a conversation is.</summary>
/// <param name="Conversation">Which.</param>
/// <param name="Head">The highest committed seq.</param>
/// <param name="Time">The time of the entry there.</param>
public readonly record struct ConversationActivity(ConversationId Conversation, long Head, long Time);
