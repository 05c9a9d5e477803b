using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Connect.Contracts.Caching;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;

namespace Connect.Accounts.Identity;

/// <summary>Authenticates callers by access token, for <c>hello</c>, <c>auth</c> and HTTP alike.</summary>
public interface IAccessTokens
{
    /// <summary>
    /// Checks signature, issuer, audience, times, and that the login has not been revoked. Never throws for a bad
    /// token; an exception means that the answer is unknown for now (retryable).
    /// </summary>
    ValueTask<AccessTokenResult> ValidateAsync(string token);

    /// <summary>
    /// Registers the device a client names when its token is bound to none, so that the user can list and revoke it.
    /// False when that is impossible now or the user is gone.
    /// </summary>
    ValueTask<bool> RegisterDeviceAsync(AccessTokenResult token, DeviceId device, string agent);

    /// <summary>
    /// Checks in the store, bypassing every cache, that the login behind a valid token is still in force. Call it after
    /// registering a session: a revocation then either finds the session or is found here.
    /// </summary>
    ValueTask<AccessTokenStatus> RecheckAsync(AccessTokenResult token);
}

/// <summary>The outcome of <see cref="IAccessTokens.ValidateAsync"/>.</summary>
/// <param name="Status">Valid, or why not.</param>
/// <param name="User">The token's user; none unless valid.</param>
/// <param name="Device">The device it was issued to; none for a token bound to no device.</param>
/// <param name="ExpiresAt">Milliseconds since the Unix epoch; 0 unless valid.</param>
public readonly record struct AccessTokenResult(
    AccessTokenStatus Status,
    UserId User = default,
    DeviceId Device = default,
    long ExpiresAt = 0
)
{
    /// <summary>The login it belongs to; none for a token from an external issuer.</summary>
    public UInt128 Login { get; init; }

    /// <summary>Its own claim of when it was issued, milliseconds since the Unix epoch.</summary>
    public long IssuedAt { get; init; }

    /// <summary>Whether an external issuer issued it.</summary>
    public bool IsExternal => IsValid && Login == 0;

    public static readonly AccessTokenResult Unauthenticated = new(AccessTokenStatus.Unauthenticated);

    public static readonly AccessTokenResult Expired = new(AccessTokenStatus.Expired);

    public static readonly AccessTokenResult AccountDisabled = new(AccessTokenStatus.AccountDisabled);

    public bool IsValid => Status == AccessTokenStatus.Valid;

    public static AccessTokenResult Valid(UserId user, DeviceId device, long expiresAt) =>
        new(AccessTokenStatus.Valid, user, device, expiresAt);
}

/// <summary>The verdict on an access token.</summary>
public enum AccessTokenStatus
{
    /// <summary>Valid until its expiry.</summary>
    Valid = 1,

    /// <summary>Foreign, damaged, or its login has been revoked.</summary>
    Unauthenticated = 2,

    /// <summary>Expired: the refresh token gets a new one.</summary>
    Expired = 3,

    /// <summary>Genuine, but the account is disabled or deleted.</summary>
    AccountDisabled = 4,
}

/// <summary>
/// Validates access tokens of every issuer: first the signature, then whether the login is still in force. Verified
/// tokens are cached by hash, since verifying a signature costs a hundred times as much.
/// </summary>
internal sealed class AccessTokens(
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

/// <summary>A token's SHA-256, the cache key: the cache never holds the token itself.</summary>
internal readonly record struct TokenKey(UInt128 First, UInt128 Second)
{
    public static TokenKey Of(string token)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }
}
