using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>Raises a member's marks; 0 = not given, lower than now = ignored, above the head = clamped.</summary>
[GenerateSerializer, Immutable, Alias("MarkRequest")]
public sealed record MarkRequest(
    [property: Id(0)] UserId User,
    [property: Id(1)] long Delivered,
    [property: Id(2)] long Read
);
