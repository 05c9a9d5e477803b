namespace Connect.Client;

/// <summary>
/// Somebody who is watched came or went, or may no longer be seen, which looks as if they went. Source: the server's
/// <c>presence</c>. The last one wins: a slow reader gets only the newest of each user.
/// </summary>
/// <param name="Presence">Who, and how they stand now.</param>
public sealed record PresenceChanged(UserPresence Presence) : ConnectEvent("")
{
    internal override string? Replaces => Presence.User;
}
