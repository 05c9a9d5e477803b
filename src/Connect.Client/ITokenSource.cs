namespace Connect.Client;

/// <summary>Where a client gets its access tokens from.</summary>
public interface ITokenSource
{
    /// <summary>A token that is valid for some time yet.</summary>
    /// <param name="renew">
    /// True when the server refused the token given before, so that a kept one must not be given again.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConnectException">
    /// Not retryable: there is no way to a token without the user, and the client stops. Any other exception is taken
    /// for a passing fault.
    /// </exception>
    ValueTask<AccessToken> GetTokenAsync(bool renew, CancellationToken cancellationToken);
}
