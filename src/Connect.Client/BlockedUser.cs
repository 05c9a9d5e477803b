namespace Connect.Client;

/// <summary>Somebody this user blocks.</summary>
/// <param name="User">Their id.</param>
/// <param name="Username">Their name; empty when the account is gone.</param>
/// <param name="Since">Since when (server's clock, UTC).</param>
public sealed record BlockedUser(string User, string Username, DateTimeOffset Since)
{
    /// <summary>Never the name: it must not get into a log.</summary>
    public override string ToString() => User;
}
