namespace Connect.Http.Bodies;

/// <summary>Proves that it is the user who asks.</summary>
/// <param name="Password">The account's; absent for a user of an outside issuer who has none.</param>
internal sealed record DeleteAccountRequest(string? Password = null);
