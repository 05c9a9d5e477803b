using Connect.Contracts.Accounts;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Connect.Accounts.Identity;

/// <summary>
/// Validates access tokens of the configured external issuer (RFC 8725): issuer, audience, algorithms and types are
/// pinned, and the key is one of the issuer's own, looked up by its id alone.
/// </summary>
internal sealed class ExternalTokens
{
    private const int MaxSubject = 255;

    private readonly ExternalOptions _options;
    private readonly IssuerKeys _keys;
    private readonly ExternalAccounts _accounts;
    private readonly TimeProvider _time;
    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = AccessTokens.MaxTokenBytes };

    public ExternalTokens(
        IssuerKeys keys,
        ExternalAccounts accounts,
        IOptions<IdentityOptions> options,
        TimeProvider time
    )
    {
        (_keys, _accounts, _time) = (keys, accounts, time);
        _options = options.Value.External;
    }

    /// <summary>
    /// Whether a token claims to be the external issuer's. Trusted only to choose the validator.
    /// </summary>
    public bool Claims(string token) => _options.IsOn && Read(token)?.Issuer == _options.Issuer;

    /// <summary>Validates a token and finds its user, creating the account if configured.</summary>
    public async ValueTask<AccessTokenResult> ValidateAsync(string text)
    {
        if (
            Read(text) is not { } token
            || string.IsNullOrEmpty(token.Kid)
            || !_options.EffectiveAlgorithms.Contains(token.Alg)
            // Critical extensions: we support none.
            || token.TryGetHeaderValue<object>("crit", out _)
            || await _keys.FindAsync(token.Kid) is not { } key
        )
        {
            return AccessTokenResult.Unauthenticated;
        }

        var checkedToken = await _handler.ValidateTokenAsync(text, RulesFor(key));
        return checkedToken.IsValid
            ? await FindUserAsync((JsonWebToken)checkedToken.SecurityToken)
            : AccessTokenResult.Unauthenticated;
    }

    private async ValueTask<AccessTokenResult> FindUserAsync(JsonWebToken token)
    {
        if (
            !TokenTimes.TryRead(token, _time.GetUtcNow(), out var times)
            || !token.TryGetPayloadValue<string>(_options.UserClaim, out var subject)
            || subject is not { Length: > 0 and <= MaxSubject }
        )
        {
            return AccessTokenResult.Unauthenticated;
        }

        if (times.IsExpired)
        {
            return AccessTokenResult.Expired;
        }

        _ = token.TryGetPayloadValue<string>(_options.UsernameClaim, out var name);
        var identity = new ExternalIdentity(_options.Issuer, subject);
        var user = await _accounts.FindOrCreateAsync(identity, times.IssuedAt, name);
        return user.IsNone
            ? AccessTokenResult.Unauthenticated
            : AccessTokenResult.Valid(user, default, times.ExpiresAt) with
            {
                IssuedAt = times.IssuedAt,
            };
    }

    private TokenValidationParameters RulesFor(SecurityKey key) =>
        new()
        {
            ValidAlgorithms = _options.EffectiveAlgorithms,
            ValidTypes = ["at+jwt", "application/at+jwt", "JWT"],
            ValidIssuer = _options.Issuer,
            ValidAudience = _options.Audience,
            IssuerSigningKey = key,
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            // Checked afterwards, by our clock, so that "expired" differs from "invalid".
            ValidateLifetime = false,
        };

    private JsonWebToken? Read(string text)
    {
        try
        {
            return _handler.CanReadToken(text) ? _handler.ReadJsonWebToken(text) : null;
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }
}
