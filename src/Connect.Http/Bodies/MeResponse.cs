namespace Connect.Http.Bodies;

/// <summary>Who the caller is.</summary>
/// <param name="User">The user's id.</param>
/// <param name="Username">As its user wrote it.</param>
/// <param name="Device">The device the token was given to; absent for a token of an outside issuer.</param>
/// <param name="CreatedAt">When the account was made, milliseconds since the epoch.</param>
internal sealed record MeResponse(string User, string Username, string? Device, long CreatedAt);
