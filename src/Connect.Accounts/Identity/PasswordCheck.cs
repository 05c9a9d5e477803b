namespace Connect.Accounts.Identity;

/// <summary>What checking a password found.</summary>
/// <param name="Matches">It is the one.</param>
/// <param name="Rehashed">Its hash under today's parameters, when the stored one was made with others.</param>
public sealed record PasswordCheck(bool Matches, string? Rehashed);
