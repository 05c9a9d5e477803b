namespace Connect.Http.Bodies;

/// <summary>The caller's contacts and open requests.</summary>
/// <param name="Contacts">By name.</param>
internal sealed record ContactsResponse(IReadOnlyList<ContactResponse> Contacts);
