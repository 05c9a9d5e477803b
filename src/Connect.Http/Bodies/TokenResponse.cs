namespace Connect.Http.Bodies;

/// <summary>Tokens of a device.</summary>
/// <param name="AccessToken">For <c>hello</c> and, as <c>Authorization: Bearer</c>, for HTTP; 15 minutes.</param>
/// <param name="ExpiresAt">When the access token ends, milliseconds since the epoch.</param>
/// <param name="RefreshToken">
/// For the next pair, once: afterwards it stays valid until its successor is first used, 60 s at most; used later, it
/// ends the login. Unused for 60 days it ends.
/// </param>
/// <param name="User">The user's id.</param>
/// <param name="Device">The device's id; keep it for the next login.</param>
internal sealed record TokenResponse(
    string AccessToken,
    long ExpiresAt,
    string RefreshToken,
    string User,
    string Device
);
