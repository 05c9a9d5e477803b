namespace Connect.Http.Bodies;

/// <summary>A login or a refresh.</summary>
/// <param name="Grant"><c>password</c> (with username and password) or <c>refresh</c> (with refresh_token).</param>
/// <param name="Username">The username, for <c>password</c>.</param>
/// <param name="Password">The password, for <c>password</c>.</param>
/// <param name="DeviceName">A name by which the user recognises this device.</param>
/// <param name="DeviceId">The device of an earlier login; unless it is this user's, a new one is created.</param>
/// <param name="RefreshToken">The device's latest refresh token, for <c>refresh</c>.</param>
internal sealed record TokenRequest(
    string Grant,
    string? Username = null,
    string? Password = null,
    string? DeviceName = null,
    string? DeviceId = null,
    string? RefreshToken = null
);

/// <summary>A device's tokens.</summary>
/// <param name="AccessToken">For <c>hello</c> and, as <c>Authorization: Bearer</c>, for HTTP; 15 minutes.</param>
/// <param name="ExpiresAt">When the access token expires, milliseconds since the epoch.</param>
/// <param name="RefreshToken">
/// Gets the next pair, once: after use it stays valid until its successor is first used; using it later ends the
/// login. It expires after 60 days without use.
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

/// <summary>The caller's devices.</summary>
/// <param name="Devices">Most recently used first.</param>
internal sealed record DevicesResponse(IReadOnlyList<DeviceResponse> Devices);

/// <summary>One of the caller's devices.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The name its user gave it.</param>
/// <param name="CreatedAt">When it first logged in, milliseconds since the epoch.</param>
/// <param name="LastUsedAt">
/// When it last got new tokens, milliseconds since the epoch; absent when it is logged out or its login is an external
/// issuer's.
/// </param>
/// <param name="Current">Whether the caller's token was issued to it.</param>
/// <param name="Connected">Whether it has a session now.</param>
internal sealed record DeviceResponse(
    string Id,
    string Name,
    long CreatedAt,
    long? LastUsedAt,
    bool Current,
    bool Connected
);
