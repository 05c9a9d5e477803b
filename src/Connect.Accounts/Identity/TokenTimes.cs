using Microsoft.IdentityModel.JsonWebTokens;

namespace Connect.Accounts.Identity;

/// <summary>The times of a token, checked by our clock.</summary>
/// <param name="IssuedAt">Milliseconds since the epoch.</param>
/// <param name="ExpiresAt">Milliseconds since the epoch.</param>
/// <param name="IsExpired">It was good once.</param>
public readonly record struct TokenTimes(long IssuedAt, long ExpiresAt, bool IsExpired)
{
    /// <summary>
    /// False when <c>exp</c> or <c>iat</c> is missing or no time, or the token is not yet good. <c>nbf</c> may be
    /// missing. Another clock may be ahead of ours by <see cref="TokenLifetimes.Skew"/>.
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
