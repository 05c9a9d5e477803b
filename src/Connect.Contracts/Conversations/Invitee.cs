using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>A user to invite.</summary>
/// <param name="User">Who.</param>
/// <param name="IsHidden">They block the inviter, so they are not to see the invite.</param>
[GenerateSerializer, Immutable, Alias("Invitee")]
public readonly record struct Invitee([property: Id(0)] UserId User, [property: Id(1)] bool IsHidden);
