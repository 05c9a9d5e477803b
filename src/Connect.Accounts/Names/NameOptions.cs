namespace Connect.Accounts.Names;

/// <summary>Limits of what is remembered of names.</summary>
public sealed class NameOptions
{
    /// <summary>Users whose existence and name a node remembers; above it the oldest half is forgotten.</summary>
    public int KnownUsers { get; set; } = 20_000;
}
