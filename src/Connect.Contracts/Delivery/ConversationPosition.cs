using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>A seq of a conversation: what a device holds without a hole, or how far the conversation goes.</summary>
[GenerateSerializer, Immutable, Alias("ConversationPosition")]
public readonly record struct ConversationPosition(
    [property: Id(0)] ConversationId Conversation,
    [property: Id(1)] long Seq
);
