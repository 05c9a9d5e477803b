namespace Connect.Gateway.Sessions;

/// <summary>Who is behind an access token, for <c>hello</c>, <c>auth</c> and HTTP alike.</summary>
public interface IAccessTokens
{
    /// <summary>
    /// Checks signature, issuer, audience and times. Never throws for a bad token; an exception means that the answer
    /// is not known now (retryable).
    /// </summary>
    ValueTask<AccessTokenResult> ValidateAsync(string token);
}
