using Connect.Contracts.Identifiers;

namespace Connect.Accounts.Identity;

/// <summary>The outcome of <see cref="IAccessTokens.ValidateAsync"/>.</summary>
/// <param name="Status">Good, or why not.</param>
/// <param name="User">Whose; none unless valid.</param>
/// <param name="Device">The device it was given to; none for a token that is bound to no device.</param>
/// <param name="ExpiresAt">Milliseconds since the Unix epoch; 0 unless valid.</param>
public readonly record struct AccessTokenResult(
    AccessTokenStatus Status,
    UserId User = default,
    DeviceId Device = default,
    long ExpiresAt = 0
)
{
    /// <summary>The login it belongs to; none for a token of an outside issuer.</summary>
    public UInt128 Login { get; init; }

    /// <summary>When it was issued, milliseconds since the Unix epoch, as it says itself.</summary>
    public long IssuedAt { get; init; }

    /// <summary>It comes from an outside issuer.</summary>
    public bool IsExternal => IsValid && Login == 0;

    public static readonly AccessTokenResult Unauthenticated = new(AccessTokenStatus.Unauthenticated);

    public static readonly AccessTokenResult Expired = new(AccessTokenStatus.Expired);

    public static readonly AccessTokenResult AccountDisabled = new(AccessTokenStatus.AccountDisabled);

    public bool IsValid => Status == AccessTokenStatus.Valid;

    public static AccessTokenResult Valid(UserId user, DeviceId device, long expiresAt) =>
        new(AccessTokenStatus.Valid, user, device, expiresAt);
}
