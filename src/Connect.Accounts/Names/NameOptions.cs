namespace Connect.Accounts.Names;

/// <summary>Limits of the cache of names.</summary>
public sealed class NameOptions
{
    /// <summary>Users a node caches; when full, the oldest half is evicted.</summary>
    public int KnownUsers { get; set; } = 20_000;
}
