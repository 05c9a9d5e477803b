using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>A member's marks after they rose.</summary>
[GenerateSerializer, Immutable, Alias("MarkChange")]
public readonly record struct MarkChange(
    [property: Id(0)] UserId User,
    [property: Id(1)] long Delivered,
    [property: Id(2)] long Read
);
