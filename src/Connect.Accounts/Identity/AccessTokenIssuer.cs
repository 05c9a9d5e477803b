using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Connect.Accounts.Identity;

/// <summary>Signs access tokens with ES256, each bound to a user, a device and its login.</summary>
public sealed class AccessTokenIssuer : IDisposable
{
    private readonly IdentityOptions _options;
    private readonly TimeProvider _time;
    private readonly ECDsaSecurityKey _key;
    private readonly SigningCredentials _credentials;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    public AccessTokenIssuer(ITokenSigningKey key, IOptions<IdentityOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _key = new(key.CreateKey()) { KeyId = key.KeyId };
        _credentials = new(_key, SecurityAlgorithms.EcdsaSha256);
    }

    /// <summary>Returns a token and its expiry in milliseconds since the epoch.</summary>
    public (string Token, long ExpiresAt) Issue(UserId user, DeviceId device, UInt128 login)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds());
        var expires = now + TokenLifetimes.Access;
        var token = _handler.CreateToken(
            new SecurityTokenDescriptor
            {
                TokenType = AccessTokenClaims.Type,
                Issuer = _options.Issuer,
                Audience = _options.Audience,
                IssuedAt = now.UtcDateTime,
                NotBefore = now.UtcDateTime,
                Expires = expires.UtcDateTime,
                SigningCredentials = _credentials,
                Claims = new Dictionary<string, object>
                {
                    [AccessTokenClaims.Subject] = user.ToString(),
                    [AccessTokenClaims.Device] = device.ToString(),
                    [AccessTokenClaims.Login] = OpaqueId.Format(login),
                },
            }
        );
        return (token, expires.ToUnixTimeMilliseconds());
    }

    public void Dispose() => _key.ECDsa.Dispose();
}

/// <summary>Claim names and fixed values of our access tokens (RFC 9068).</summary>
internal static class AccessTokenClaims
{
    public const string Type = "at+jwt";
    public const string Subject = "sub";
    public const string Device = "device";
    public const string Login = "login";
}
