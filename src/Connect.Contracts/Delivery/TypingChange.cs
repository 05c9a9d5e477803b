using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>A member types, or stopped; never stored.</summary>
[GenerateSerializer, Immutable, Alias("TypingChange")]
public readonly record struct TypingChange([property: Id(0)] UserId User, [property: Id(1)] bool IsOn);
