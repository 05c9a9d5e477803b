namespace Connect.Contracts.Conversations;

/// <summary>
/// A member's place in a conversation. <c>unread = messages at head − ReadMessages − OwnAbove</c>, so that nothing is
/// written per member when somebody else sends (D1, D6).
/// </summary>
/// <param name="Delivered">Highest seq delivered to any device of the member; only rises.</param>
/// <param name="Read">Highest seq read; only rises, never above <paramref name="Delivered"/>.</param>
/// <param name="ReadMessages">
/// The count of messages of the conversation up to and including <paramref name="Read"/>.
/// </param>
/// <param name="OwnAbove">The member's own messages above <paramref name="Read"/>.</param>
[GenerateSerializer, Immutable, Alias("MemberMarks")]
public readonly record struct MemberMarks(
    [property: Id(0)] long Delivered,
    [property: Id(1)] long Read,
    [property: Id(2)] long ReadMessages,
    [property: Id(3)] long OwnAbove
);
