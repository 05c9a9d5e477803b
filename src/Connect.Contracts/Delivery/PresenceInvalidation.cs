using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>
/// Who may see a user, or whom the user may see, changed: it is to be asked of the store again.
/// </summary>
/// <param name="User">Who.</param>
/// <param name="With">The other of the two; none: everybody.</param>
/// <param name="Before">The revision that the doubt ended.</param>
/// <param name="Revision">The one that it began.</param>
[GenerateSerializer, Immutable, Alias("PresenceInvalidation")]
public readonly record struct PresenceInvalidation(
    [property: Id(0)] UserId User,
    [property: Id(1)] UserId With,
    [property: Id(2)] long Before,
    [property: Id(3)] long Revision
);
