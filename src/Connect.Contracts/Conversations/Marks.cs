using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>Raises a member's marks; 0 = not given, lower than now = ignored, above the head = clamped.</summary>
[GenerateSerializer, Immutable, Alias("MarkRequest")]
public sealed record MarkRequest(
    [property: Id(0)] UserId User,
    [property: Id(1)] long Delivered,
    [property: Id(2)] long Read
);

/// <summary>The outcome of a <see cref="MarkRequest"/>: <c>Committed</c>, <c>NotFound</c>, <c>NotMember</c>,
/// <c>Unavailable</c> or <c>Unknown</c>; and the marks as they are now.</summary>
[GenerateSerializer, Immutable, Alias("MarkReply")]
public sealed record MarkReply([property: Id(0)] AppendStatus Status, [property: Id(1)] MemberMarks Marks);
