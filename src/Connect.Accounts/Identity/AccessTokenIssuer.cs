using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Connect.Accounts.Identity;

/// <summary>Signs access tokens: ES256, bound to a user, a device and its login.</summary>
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

    /// <summary>A token and when it ends, milliseconds since the epoch.</summary>
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
