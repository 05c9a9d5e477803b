using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>A block between one user, who was asked about, and another.</summary>
/// <param name="Other">The other.</param>
/// <param name="ByOne">The one asked about blocks the other.</param>
/// <param name="ByOther">The other blocks the one asked about.</param>
public readonly record struct BlockBetween(UserId Other, bool ByOne, bool ByOther);
