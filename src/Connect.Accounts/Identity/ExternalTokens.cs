using Connect.Contracts.Accounts;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Connect.Accounts.Identity;

/// <summary>
/// Checks access tokens of the configured outside issuer (RFC 8725): issuer, audience, algorithms and types are pinned,
/// the key is one of the issuer's own, found by its id alone.
/// </summary>
public sealed class ExternalTokens
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
    /// Whether a token says that it is the outside issuer's. Believed only as far as to choose who checks it.
    /// </summary>
    public bool Claims(string token) => _options.IsOn && Read(token)?.Issuer == _options.Issuer;

    /// <summary>The user behind a token; they may have been given an account by this.</summary>
    public async ValueTask<AccessTokenResult> ValidateAsync(string text)
    {
        if (
            Read(text) is not { } token
            || string.IsNullOrEmpty(token.Kid)
            || !_options.EffectiveAlgorithms.Contains(token.Alg)
            // Extensions that must be understood; there is none that is.
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
            // By our clock, and so that "expired" is told from "bad".
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
