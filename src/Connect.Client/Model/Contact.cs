namespace Connect.Client;

/// <summary>Another user who is a contact, or is to become one.</summary>
/// <param name="User">Their id.</param>
/// <param name="Username">Their name; empty when the account is gone.</param>
/// <param name="State">The state of the relation.</param>
/// <param name="Since">Since when (server's clock, UTC).</param>
public sealed record Contact(string User, string Username, ContactState State, DateTimeOffset Since)
{
    /// <summary>Never the name: it must not get into a log.</summary>
    public override string ToString() => $"{User} {State}";
}

/// <summary>The relation between this user and another.</summary>
public enum ContactState
{
    /// <summary>A state that this version does not know.</summary>
    Unspecified,

    /// <summary>Both agreed.</summary>
    Contact,

    /// <summary>This user asked; the other has not answered yet.</summary>
    Requested,

    /// <summary>The other asks, and this user has not answered.</summary>
    Asked,
}

/// <summary>A user whom this user blocks.</summary>
/// <param name="User">Their id.</param>
/// <param name="Username">Their name; empty when the account is gone.</param>
/// <param name="Since">Since when (server's clock, UTC).</param>
public sealed record BlockedUser(string User, string Username, DateTimeOffset Since)
{
    /// <summary>Never the name: it must not get into a log.</summary>
    public override string ToString() => User;
}

/// <summary>Whether a user is online, as far as they let this user see it.</summary>
/// <param name="User">Who.</param>
/// <param name="IsOnline">One of their devices is connected. Several devices are one presence.</param>
/// <param name="Since">Since when (server's clock, UTC); null when the server does not say.</param>
public sealed record UserPresence(string User, bool IsOnline, DateTimeOffset? Since);

/// <summary>What others may see of this user.</summary>
/// <param name="Presence">Contacts see whether this user is online.</param>
/// <param name="ReadReceipts">Others see what this user has read.</param>
public sealed record UserPrivacy(bool Presence, bool ReadReceipts);
