using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Conversations;

/// <summary>An invite that was neither accepted nor ended. Lapses by time, 30 days after it was made.</summary>
/// <param name="By">Who invited.</param>
/// <param name="Time">When, milliseconds since the epoch.</param>
/// <param name="IsHidden">
/// The invited user blocks the inviter: the invite counts like any other and looks like it to the group, but is never
/// shown to the invited user.
/// </param>
[GenerateSerializer, Immutable, Alias("Invitation")]
public sealed record Invitation(
    [property: Id(0)] UserId By,
    [property: Id(1)] long Time,
    [property: Id(2)] bool IsHidden
);
