namespace Connect.Server.Configuration;

/// <summary>How much passwords may cost. A hash takes 19 MiB and about 30 ms of a core.</summary>
public sealed class PasswordsOptions
{
    /// <summary>Hashes computed at a time; 0 (the default) = one per core but one, at least one.</summary>
    public int Workers { get; set; }

    /// <summary>Hashes that may wait; above it the answer is <c>overloaded</c>. 1 to 10,000, default 64.</summary>
    public int Queue { get; set; } = 64;
}
