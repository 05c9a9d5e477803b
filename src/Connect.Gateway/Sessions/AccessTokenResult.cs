using Connect.Contracts.Identifiers;

namespace Connect.Gateway.Sessions;

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
    public static readonly AccessTokenResult Unauthenticated = new(AccessTokenStatus.Unauthenticated);

    public static readonly AccessTokenResult Expired = new(AccessTokenStatus.Expired);

    public bool IsValid => Status == AccessTokenStatus.Valid;

    public static AccessTokenResult Valid(UserId user, DeviceId device, long expiresAt) =>
        new(AccessTokenStatus.Valid, user, device, expiresAt);
}
