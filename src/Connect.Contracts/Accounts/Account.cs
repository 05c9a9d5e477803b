using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>A user's account.</summary>
/// <param name="User">Opaque id.</param>
/// <param name="Username">As the user typed it.</param>
/// <param name="NormalizedUsername">As compared.</param>
/// <param name="PasswordHash">Argon2id as a PHC string; null if the user logs in through an external issuer.</param>
/// <param name="CreatedAt">Milliseconds since the epoch.</param>
/// <param name="Disabled">May not log in.</param>
/// <param name="Version">1 at creation, incremented with each change.</param>
public sealed record Account(
    UserId User,
    string Username,
    string NormalizedUsername,
    string? PasswordHash,
    long CreatedAt,
    bool Disabled,
    long Version
)
{
    /// <summary>
    /// Tokens that an external issuer issued before this, in milliseconds since the epoch, are refused: how we revoke
    /// all of them although the login is with the issuer.
    /// </summary>
    public long TokensFrom { get; init; }

    /// <summary>The identity at an external issuer; null for a local account.</summary>
    public ExternalIdentity? External { get; init; }

    /// <summary>
    /// When its deletion began, in milliseconds since the epoch; 0 if it did not. Irrevocable.
    /// </summary>
    public long DeletingSince { get; init; }

    /// <summary>What the user hides from others; nothing by default.</summary>
    public Privacy Privacy { get; init; }
}

/// <summary>An identity at an external issuer: only issuer and subject together name a person.</summary>
/// <param name="Issuer">The <c>iss</c> of its tokens.</param>
/// <param name="Subject">The <c>sub</c> of its tokens.</param>
public sealed record ExternalIdentity(string Issuer, string Subject);

/// <summary>The owner of an external identity.</summary>
/// <param name="User">The account; none when it was deleted.</param>
/// <param name="EndedAt">
/// When it was deleted, in milliseconds since the epoch, or 0: older tokens create no new account.
/// </param>
public readonly record struct ExternalOwner(UserId User, long EndedAt);

/// <summary>What a user hides. Both settings are reciprocal: who hides something does not see it of others.</summary>
/// <param name="HidesPresence">Nobody sees whether they are online.</param>
/// <param name="HidesReads">Nobody sees what they read; deliveries stay visible.</param>
public readonly record struct Privacy(bool HidesPresence, bool HidesReads);
