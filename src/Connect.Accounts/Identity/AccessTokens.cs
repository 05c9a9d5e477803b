using Connect.Contracts.Caching;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;

namespace Connect.Accounts.Identity;

/// <summary>
/// Access tokens of all kinds: the signature first, by whoever is named as the issuer, then whether the login behind it
/// is still in force. Signatures found good are remembered by the token's hash: checking one costs a hundred times as
/// much.
/// </summary>
public sealed class AccessTokens(
    OwnTokens own,
    ExternalTokens external,
    DeviceLogins devices,
    LoginStateCache logins,
    IOptions<IdentityOptions> options,
    TimeProvider time
) : IAccessTokens
{
    internal const int MaxTokenBytes = 4096;

    private readonly BoundedCache<TokenKey, AccessTokenResult> _known = new(options.Value.RememberedTokens);

    /// <inheritdoc/>
    public async ValueTask<AccessTokenResult> ValidateAsync(string token)
    {
        if (token.Length is 0 or > MaxTokenBytes)
        {
            return AccessTokenResult.Unauthenticated;
        }

        var key = TokenKey.Of(token);
        if (!_known.TryGet(key, out var result))
        {
            result = external.Claims(token) ? await external.ValidateAsync(token) : await own.ValidateAsync(token);
            if (!result.IsValid)
            {
                return result;
            }

            _known.Set(key, result);
        }

        if (time.GetUtcNow().ToUnixTimeMilliseconds() >= result.ExpiresAt)
        {
            return AccessTokenResult.Expired;
        }

        var status = await logins.CheckAsync(result);
        return status == AccessTokenStatus.Valid ? result : new(status);
    }

    /// <inheritdoc/>
    public ValueTask<bool> RegisterDeviceAsync(AccessTokenResult token, DeviceId device, string agent) =>
        devices.KnowAsync(token.User, device, agent, CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask<AccessTokenStatus> RecheckAsync(AccessTokenResult token) => logins.ReadAsync(token);
}
