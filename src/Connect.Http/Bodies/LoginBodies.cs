namespace Connect.Http.Bodies;

/// <summary>Asks for tokens.</summary>
/// <param name="Grant"><c>password</c> (with username and password) or <c>refresh</c> (with refresh_token).</param>
/// <param name="Username">Whose.</param>
/// <param name="Password">Their password.</param>
/// <param name="DeviceName">How the user knows this device.</param>
/// <param name="DeviceId">The device of an earlier login; a new one is made unless it is this user's.</param>
/// <param name="RefreshToken">The newest one of the device.</param>
internal sealed record TokenRequest(
    string Grant,
    string? Username = null,
    string? Password = null,
    string? DeviceName = null,
    string? DeviceId = null,
    string? RefreshToken = null
);

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

/// <summary>The caller's devices.</summary>
/// <param name="Devices">Those used last come first.</param>
internal sealed record DevicesResponse(IReadOnlyList<DeviceResponse> Devices);

/// <summary>One of the caller's devices.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">As its user knows it.</param>
/// <param name="CreatedAt">When it first logged in, milliseconds since the epoch.</param>
/// <param name="LastUsedAt">
/// When its login was last used for new tokens, milliseconds since the epoch; absent when it is logged out, or its
/// login is an outside issuer's.
/// </param>
/// <param name="Current">The device the caller's token was given to.</param>
/// <param name="Connected">It has a session now.</param>
internal sealed record DeviceResponse(
    string Id,
    string Name,
    long CreatedAt,
    long? LastUsedAt,
    bool Current,
    bool Connected
);
