namespace Connect.Client.Accounts;

/// <summary>Tokens from a function of the application.</summary>
internal sealed class CallbackTokens(Func<CancellationToken, ValueTask<AccessToken>> callback) : ITokenSource
{
    public ValueTask<AccessToken> GetTokenAsync(bool renew, CancellationToken cancellationToken) =>
        callback(cancellationToken);
}
