using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Connect.Accounts.Identity;

/// <summary>
/// Validates our own access tokens (RFC 8725, RFC 9068): one algorithm, one type, our issuer and audience, and our own
/// keys, so that a token can choose neither the algorithm nor the key it is checked with.
/// </summary>
internal sealed class OwnTokens : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ECDsaSecurityKey _key;
    private readonly TokenValidationParameters _rules;
    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = AccessTokens.MaxTokenBytes };

    public OwnTokens(ITokenSigningKey key, IOptions<IdentityOptions> options, TimeProvider time)
    {
        _time = time;
        _key = new(key.CreateKey()) { KeyId = key.KeyId };
        _rules = new()
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = [AccessTokenClaims.Type],
            ValidIssuer = options.Value.Issuer,
            ValidAudience = options.Value.Audience,
            IssuerSigningKeyResolver = (_, _, keyId, _) => keyId == _key.KeyId ? [_key] : [],
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            // Checked below, by our clock, so that "expired" differs from "invalid".
            ValidateLifetime = false,
        };
    }

    /// <summary>Checks signature, claims and expiry, but not the login behind the token.</summary>
    public async ValueTask<AccessTokenResult> ValidateAsync(string token)
    {
        var checkedToken = await _handler.ValidateTokenAsync(token, _rules);
        return checkedToken.IsValid
            ? Read((JsonWebToken)checkedToken.SecurityToken)
            : AccessTokenResult.Unauthenticated;
    }

    public void Dispose() => _key.ECDsa.Dispose();

    private AccessTokenResult Read(JsonWebToken token)
    {
        if (
            // Critical extensions: we support none.
            token.TryGetHeaderValue<object>("crit", out _)
            || !TokenTimes.TryRead(token, _time.GetUtcNow(), out var times)
            || !token.TryGetPayloadValue<string>(AccessTokenClaims.Subject, out var subject)
            || !UserId.TryParse(subject, out var user)
            || !token.TryGetPayloadValue<string>(AccessTokenClaims.Device, out var deviceText)
            || !DeviceId.TryParse(deviceText, out var device)
            || !token.TryGetPayloadValue<string>(AccessTokenClaims.Login, out var loginText)
            || !OpaqueId.TryParse(loginText, out var login)
            || login == 0
        )
        {
            return AccessTokenResult.Unauthenticated;
        }

        return times.IsExpired
            ? AccessTokenResult.Expired
            : AccessTokenResult.Valid(user, device, times.ExpiresAt) with
            {
                Login = login,
                IssuedAt = times.IssuedAt,
            };
    }
}
