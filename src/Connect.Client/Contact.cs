namespace Connect.Client;

/// <summary>Another user who is a contact, or is to become one.</summary>
/// <param name="User">Their id.</param>
/// <param name="Username">Their name; empty when the account is gone.</param>
/// <param name="State">How the two stand.</param>
/// <param name="Since">Since when (server's clock, UTC).</param>
public sealed record Contact(string User, string Username, ContactState State, DateTimeOffset Since)
{
    /// <summary>Never the name: it must not get into a log.</summary>
    public override string ToString() => $"{User} {State}";
}
