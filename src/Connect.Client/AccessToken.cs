namespace Connect.Client;

/// <summary>A token that opens a session.</summary>
/// <param name="Value">The token itself. It is a secret.</param>
/// <param name="ExpiresAt">When it runs out, if known; the server tells too.</param>
public readonly record struct AccessToken(string Value, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>A token of unknown life.</summary>
    public static implicit operator AccessToken(string value) => new(value);

    /// <summary>A token of unknown life.</summary>
    public static AccessToken FromString(string value) => new(value);

    /// <summary>Never the token: it must not get into a log.</summary>
    public override string ToString() => "(token)";
}
