using Connect.Contracts.Identifiers;

namespace Connect.Accounts.Identity;

/// <summary>What a login or a refresh gives.</summary>
/// <param name="User">Who.</param>
/// <param name="Device">On which device.</param>
/// <param name="AccessToken">For <c>hello</c> and HTTP.</param>
/// <param name="ExpiresAt">When the access token ends, milliseconds since the epoch.</param>
/// <param name="RefreshToken">For the next one.</param>
public sealed record IssuedTokens(
    UserId User,
    DeviceId Device,
    string AccessToken,
    long ExpiresAt,
    string RefreshToken
);
