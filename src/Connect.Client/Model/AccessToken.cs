namespace Connect.Client;

/// <summary>A token that opens a session.</summary>
/// <param name="Value">The token itself. It is a secret.</param>
/// <param name="ExpiresAt">When it expires, if known; the server says so, too.</param>
public readonly record struct AccessToken(string Value, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>A token of unknown lifetime.</summary>
    public static implicit operator AccessToken(string value) => new(value);

    /// <summary>A token of unknown lifetime.</summary>
    public static AccessToken FromString(string value) => new(value);

    /// <summary>Never the token: it must not get into a log.</summary>
    public override string ToString() => "(token)";
}

/// <summary>Where a client gets its access tokens from.</summary>
public interface ITokenSource
{
    /// <summary>A token that is valid for some time yet.</summary>
    /// <param name="renew">
    /// True when the server refused the token given before, so that a kept one must not be given again.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConnectException">
    /// Not retryable: no token can be had without the user, and the client stops. Any other exception counts as
    /// transient.
    /// </exception>
    ValueTask<AccessToken> GetTokenAsync(bool renew, CancellationToken cancellationToken);
}

/// <summary>Tokens from a function of the application.</summary>
internal sealed class CallbackTokens(Func<CancellationToken, ValueTask<AccessToken>> callback) : ITokenSource
{
    public ValueTask<AccessToken> GetTokenAsync(bool renew, CancellationToken cancellationToken) =>
        callback(cancellationToken);
}
