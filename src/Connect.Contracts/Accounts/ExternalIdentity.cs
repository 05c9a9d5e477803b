namespace Connect.Contracts.Accounts;

/// <summary>Somebody as an outside issuer names them: only the two together are one person.</summary>
/// <param name="Issuer">Its <c>iss</c>.</param>
/// <param name="Subject">Whom it calls so.</param>
public sealed record ExternalIdentity(string Issuer, string Subject);
