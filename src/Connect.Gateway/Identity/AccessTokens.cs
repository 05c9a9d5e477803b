using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Gateway.Sessions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Connect.Gateway.Identity;

/// <summary>
/// Checks access tokens (RFC 8725, RFC 9068): one algorithm, one type, our issuer and audience, keys by their id from
/// our own table alone, so that a token can neither choose how nor against what it is checked.
/// </summary>
internal sealed class AccessTokens : IAccessTokens, IDisposable
{
    private const int MaxTokenBytes = 4096;

    private readonly TimeProvider _time;
    private readonly ECDsaSecurityKey _key;
    private readonly TokenValidationParameters _rules;
    private readonly ValidatedTokens _known;
    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaxTokenBytes };

    public AccessTokens(ITokenSigningKey key, IOptions<IdentityOptions> options, TimeProvider time)
    {
        _time = time;
        _known = new(options.Value.RememberedTokens);
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
            // Below, by our clock, and so that "expired" is told from "bad".
            ValidateLifetime = false,
        };
    }

    /// <inheritdoc/>
    public ValueTask<AccessTokenResult> ValidateAsync(string token)
    {
        if (token.Length is 0 or > MaxTokenBytes)
        {
            return new(AccessTokenResult.Unauthenticated);
        }

        var key = ValidatedTokens.KeyOf(token);
        return _known.TryGet(key, out var known) ? new(UnlessExpired(known)) : CheckAsync(token, key);
    }

    public void Dispose() => _key.ECDsa.Dispose();

    private async ValueTask<AccessTokenResult> CheckAsync(string token, ValidatedTokens.Key key)
    {
        var checkedToken = await _handler.ValidateTokenAsync(token, _rules);
        if (!checkedToken.IsValid || !TryRead((JsonWebToken)checkedToken.SecurityToken, out var result))
        {
            return AccessTokenResult.Unauthenticated;
        }

        result = UnlessExpired(result);
        if (result.IsValid)
        {
            _known.Add(key, result);
        }

        return result;
    }

    private bool TryRead(JsonWebToken token, out AccessTokenResult result)
    {
        result = AccessTokenResult.Unauthenticated;
        var latestStart = (_time.GetUtcNow() + TokenLifetimes.Skew).ToUnixTimeSeconds();
        if (
            !token.TryGetPayloadValue<long>("exp", out var expires)
            || !token.TryGetPayloadValue<long>("nbf", out var start)
            || start > latestStart
            || expires is < 0 or > uint.MaxValue
            || !token.TryGetPayloadValue<string>(AccessTokenClaims.Subject, out var subject)
            || !UserId.TryParse(subject, out var user)
            || !token.TryGetPayloadValue<string>(AccessTokenClaims.Device, out var deviceText)
            || !DeviceId.TryParse(deviceText, out var device)
        )
        {
            return false;
        }

        result = AccessTokenResult.Valid(user, device, expires * 1000);
        return true;
    }

    private AccessTokenResult UnlessExpired(AccessTokenResult result) =>
        _time.GetUtcNow().ToUnixTimeMilliseconds() < result.ExpiresAt ? result : AccessTokenResult.Expired;
}
