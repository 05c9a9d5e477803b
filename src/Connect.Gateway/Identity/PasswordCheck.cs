namespace Connect.Gateway.Identity;

/// <summary>What checking a password found.</summary>
/// <param name="Matches">It is the one.</param>
/// <param name="Rehashed">The same password under today's parameters, when the stored hash was made with others.</param>
internal sealed record PasswordCheck(bool Matches, string? Rehashed);
