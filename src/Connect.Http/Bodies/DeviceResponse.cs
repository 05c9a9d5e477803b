namespace Connect.Http.Bodies;

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
