using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>Where a session of a user is.</summary>
[GenerateSerializer, Immutable, Alias("SessionRoute")]
public readonly record struct SessionRoute(
    [property: Id(0)] UserId User,
    [property: Id(1)] SessionId Session,
    [property: Id(2)] NodeId Node
);
