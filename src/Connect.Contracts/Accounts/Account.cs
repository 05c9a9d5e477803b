using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>A user's account.</summary>
/// <param name="User">Opaque id.</param>
/// <param name="Username">As the user wrote it.</param>
/// <param name="NormalizedUsername">As it is compared.</param>
/// <param name="PasswordHash">Argon2id in PHC string form; null when only an outside issuer knows the user.</param>
/// <param name="CreatedAt">Milliseconds since the epoch.</param>
/// <param name="Disabled">May not log in.</param>
/// <param name="Version">1 at creation, + 1 with each change.</param>
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
    /// Tokens of an outside issuer that were issued before this, milliseconds since the epoch, are refused: how all
    /// of them are ended, though the issuer keeps its login.
    /// </summary>
    public long TokensFrom { get; init; }

    /// <summary>Who this is at an outside issuer; null for an account of our own.</summary>
    public ExternalIdentity? External { get; init; }

    /// <summary>
    /// When its deletion began, milliseconds since the epoch; 0 = it did not. It is not taken back.
    /// </summary>
    public long DeletingSince { get; init; }

    /// <summary>What the user hides from others; nothing at first.</summary>
    public Privacy Privacy { get; init; }
}

/// <summary>Somebody as an outside issuer names them: only the two together are one person.</summary>
/// <param name="Issuer">Its <c>iss</c>.</param>
/// <param name="Subject">Whom it calls so.</param>
public sealed record ExternalIdentity(string Issuer, string Subject);

/// <summary>Whose an outside identity is.</summary>
/// <param name="User">The account; none when it was deleted.</param>
/// <param name="EndedAt">
/// When it was deleted, milliseconds since the epoch, else 0: a token issued before that makes no new account.
/// </param>
public readonly record struct ExternalOwner(UserId User, long EndedAt);

/// <summary>What a user hides; both are reciprocal: who hides it does not see it of others either.</summary>
/// <param name="HidesPresence">Nobody sees whether they are online.</param>
/// <param name="HidesReads">Nobody is told what they read; that it was delivered is told.</param>
public readonly record struct Privacy(bool HidesPresence, bool HidesReads);
