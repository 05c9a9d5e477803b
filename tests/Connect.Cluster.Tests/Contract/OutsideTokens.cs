using Connect.Client;
using Connect.LoadGen.Issuing;

namespace Connect.Cluster.Tests.Contract;

/// <summary>Tokens of an outside issuer, as short-lived as a scenario wants them.</summary>
internal sealed class OutsideTokens(TestIssuer issuer, string username, TimeSpan life) : ITokenSource
{
    public ValueTask<AccessToken> GetTokenAsync(bool renew, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new AccessToken(issuer.TokenOf(username, life), TimeProvider.System.GetUtcNow() + life));
}
