namespace Connect.Contracts.Conversations;

/// <summary>The outcome of a <see cref="MarkRequest"/>: <c>Committed</c>, <c>NotFound</c>, <c>NotMember</c>,
/// <c>Unavailable</c> or <c>Unknown</c>; and the marks as they are now.</summary>
[GenerateSerializer, Immutable, Alias("MarkReply")]
public sealed record MarkReply([property: Id(0)] AppendStatus Status, [property: Id(1)] MemberMarks Marks);
