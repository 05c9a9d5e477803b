using Microsoft.IdentityModel.JsonWebTokens;

namespace Connect.Accounts.Identity;

/// <summary>Lifetimes of tokens.</summary>
public static class TokenLifetimes
{
    /// <summary>Short, to limit what a stolen access token is good for.</summary>
    public static readonly TimeSpan Access = TimeSpan.FromMinutes(15);

    /// <summary>A device unused for longer must log in again.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromDays(60);

    /// <summary>How far another clock may run ahead of ours when a token's start is checked.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
}

/// <summary>A token's times, checked against our clock.</summary>
/// <param name="IssuedAt">Milliseconds since the epoch.</param>
/// <param name="ExpiresAt">Milliseconds since the epoch.</param>
/// <param name="IsExpired">Whether it has expired.</param>
internal readonly record struct TokenTimes(long IssuedAt, long ExpiresAt, bool IsExpired)
{
    /// <summary>
    /// False when <c>exp</c> or <c>iat</c> is missing or malformed, or the token is not valid yet. <c>nbf</c> is
    /// optional. The issuer's clock may run ahead of ours by <see cref="TokenLifetimes.Skew"/>.
    /// </summary>
    public static bool TryRead(JsonWebToken token, DateTimeOffset now, out TokenTimes times)
    {
        times = default;
        var latestStart = (now + TokenLifetimes.Skew).ToUnixTimeSeconds();
        if (
            !TrySeconds(token, "exp", out var expires)
            || !TrySeconds(token, "iat", out var issued)
            || issued > latestStart
            || (Has(token, "nbf") && (!TrySeconds(token, "nbf", out var start) || start > latestStart))
        )
        {
            return false;
        }

        var expiresAt = expires * 1000;
        times = new(issued * 1000, expiresAt, now.ToUnixTimeMilliseconds() >= expiresAt);
        return true;
    }

    private static bool Has(JsonWebToken token, string name) => token.TryGetPayloadValue<object>(name, out _);

    private static bool TrySeconds(JsonWebToken token, string name, out long seconds) =>
        token.TryGetPayloadValue(name, out seconds) && seconds is >= 0 and <= uint.MaxValue;
}
