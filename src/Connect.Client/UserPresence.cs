namespace Connect.Client;

/// <summary>Whether somebody is there, as far as they let this user see it.</summary>
/// <param name="User">Who.</param>
/// <param name="IsOnline">One of their devices is connected. Several devices are one presence.</param>
/// <param name="Since">Since when (server's clock, UTC); null when the server does not say.</param>
public sealed record UserPresence(string User, bool IsOnline, DateTimeOffset? Since);
