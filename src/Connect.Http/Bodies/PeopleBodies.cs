namespace Connect.Http.Bodies;

/// <summary>The caller's contacts and open requests.</summary>
/// <param name="Contacts">Sorted by name.</param>
internal sealed record ContactsResponse(IReadOnlyList<ContactResponse> Contacts);

/// <summary>A contact, or an open request.</summary>
/// <param name="User">The other user's id.</param>
/// <param name="Username">Their name.</param>
/// <param name="State">
/// <c>contact</c>, <c>requested</c> (the caller asked) or <c>asked</c> (the other asks).
/// </param>
/// <param name="Since">The start, milliseconds since the epoch.</param>
internal sealed record ContactResponse(string User, string Username, string State, long Since);

/// <summary>The users the caller blocks.</summary>
/// <param name="Blocks">Sorted by name.</param>
internal sealed record BlocksResponse(IReadOnlyList<BlockResponse> Blocks);

/// <summary>A user the caller blocks.</summary>
/// <param name="User">Their id.</param>
/// <param name="Username">Their name; empty when the account is gone.</param>
/// <param name="Since">The start, milliseconds since the epoch.</param>
internal sealed record BlockResponse(string User, string Username, long Since);

/// <summary>What others see of the caller. Fields absent from a request keep their value.</summary>
/// <param name="Presence">Whether contacts see that the caller is online.</param>
/// <param name="ReadReceipts">Whether read receipts are shared, in both directions.</param>
internal sealed record PrivacyBody(bool? Presence = null, bool? ReadReceipts = null);
