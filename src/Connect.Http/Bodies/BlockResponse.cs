namespace Connect.Http.Bodies;

/// <summary>A user whom the caller blocks.</summary>
/// <param name="User">Their id.</param>
/// <param name="Username">Their name; empty when they are gone.</param>
/// <param name="Since">Since when, milliseconds since the epoch.</param>
internal sealed record BlockResponse(string User, string Username, long Since);
