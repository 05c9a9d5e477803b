using System.Security.Cryptography;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Accounts.Identity;

/// <summary>
/// The rule of a chain of refresh tokens (see <see cref="RefreshChain"/>), without I/O.
/// <para>
/// A token's successor is an HMAC of its secret under a key of the server, so a request that is repeated because its
/// answer was lost, or that overtakes its own repetition, gets the same successor: no honest device is logged out by a
/// bad network, and nobody without the server's key can compute it.
/// </para>
/// </summary>
public sealed class RefreshRotation
{
    private readonly byte[] _key;

    public RefreshRotation(ITokenSigningKey signingKey)
    {
        using var key = signingKey.CreateKey();
        var secret = key.ExportParameters(includePrivateParameters: true).D!;
        _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "connect refresh successor v1"u8.ToArray());
        CryptographicOperations.ZeroMemory(secret);
    }

    /// <summary>Begins a chain: at each login.</summary>
    public static (RefreshChain Chain, RefreshToken Token) Begin(UserId user, DeviceId device, DateTimeOffset now)
    {
        var token = new RefreshToken(
            user,
            device,
            RandomNumberGenerator.GetBytes(RefreshToken.ChainBytes),
            RandomNumberGenerator.GetBytes(RefreshToken.SecretBytes)
        );
        return (
            new(
                token.Chain,
                token.SecretHash(),
                ReadOnlyMemory<byte>.Empty,
                now.ToUnixTimeMilliseconds(),
                (now + TokenLifetimes.Refresh).ToUnixTimeMilliseconds()
            ),
            token
        );
    }

    /// <summary>Decides about a presented token.</summary>
    public RefreshDecision Decide(RefreshChain? chain, RefreshToken presented, DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        if (chain is null || at >= chain.ExpiresAt || !Same(chain.Chain.Span, presented.Chain))
        {
            return new(RefreshVerdict.Unknown, null, null);
        }

        var hash = presented.SecretHash();
        if (Same(chain.CurrentHash.Span, hash))
        {
            var next = Successor(presented);
            return new(RefreshVerdict.Rotate, MoveOn(chain, hash, next, at, now), next);
        }

        // The successor was not used yet, or it would be the one before.
        var inGrace = at - chain.RotatedAt <= (long)TokenLifetimes.RefreshGrace.TotalMilliseconds;
        if (!inGrace || !Same(chain.PreviousHash.Span, hash))
        {
            return new(RefreshVerdict.Reused, null, null);
        }

        var again = Successor(presented);
        return Same(chain.CurrentHash.Span, again.SecretHash())
            ? new(RefreshVerdict.Repeat, null, again)
            // The server's key changed in between: another successor, and the grace does not begin anew.
            : new(RefreshVerdict.Repeat, MoveOn(chain, hash, again, chain.RotatedAt, now), again);
    }

    private static RefreshChain MoveOn(
        RefreshChain chain,
        byte[] usedHash,
        RefreshToken next,
        long rotatedAt,
        DateTimeOffset now
    ) =>
        chain with
        {
            CurrentHash = next.SecretHash(),
            PreviousHash = usedHash,
            RotatedAt = rotatedAt,
            ExpiresAt = (now + TokenLifetimes.Refresh).ToUnixTimeMilliseconds(),
        };

    private RefreshToken Successor(RefreshToken token)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(token.Chain);
        hmac.AppendData(token.Secret);
        return token with { Secret = hmac.GetHashAndReset() };
    }

    private static bool Same(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        CryptographicOperations.FixedTimeEquals(one, other);
}
