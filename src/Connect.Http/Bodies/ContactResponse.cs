namespace Connect.Http.Bodies;

/// <summary>A contact, or an open request.</summary>
/// <param name="User">The other user's id.</param>
/// <param name="Username">Their name.</param>
/// <param name="State">
/// <c>contact</c>, <c>requested</c> (the caller asked) or <c>asked</c> (the other asks).
/// </param>
/// <param name="Since">Since when, milliseconds since the epoch.</param>
internal sealed record ContactResponse(string User, string Username, string State, long Since);
