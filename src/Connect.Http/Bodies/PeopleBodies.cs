namespace Connect.Http.Bodies;

/// <summary>The caller's contacts and open requests.</summary>
/// <param name="Contacts">By name.</param>
internal sealed record ContactsResponse(IReadOnlyList<ContactResponse> Contacts);

/// <summary>A contact, or an open request.</summary>
/// <param name="User">The other user's id.</param>
/// <param name="Username">Their name.</param>
/// <param name="State">
/// <c>contact</c>, <c>requested</c> (the caller asked) or <c>asked</c> (the other asks).
/// </param>
/// <param name="Since">Since when, milliseconds since the epoch.</param>
internal sealed record ContactResponse(string User, string Username, string State, long Since);

/// <summary>Whom the caller blocks.</summary>
/// <param name="Blocks">By name.</param>
internal sealed record BlocksResponse(IReadOnlyList<BlockResponse> Blocks);

/// <summary>A user whom the caller blocks.</summary>
/// <param name="User">Their id.</param>
/// <param name="Username">Their name; empty when they are gone.</param>
/// <param name="Since">Since when, milliseconds since the epoch.</param>
internal sealed record BlockResponse(string User, string Username, long Since);

/// <summary>What others see of the caller. In a request, what is absent stays as it is.</summary>
/// <param name="Presence">Contacts see whether the caller is online.</param>
/// <param name="ReadReceipts">Others are told what the caller read. Off: nor is the caller told of others.</param>
internal sealed record PrivacyBody(bool? Presence = null, bool? ReadReceipts = null);
