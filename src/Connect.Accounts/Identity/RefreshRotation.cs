using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Accounts.Identity;

/// <summary>
/// Rotates refresh tokens along their chain (see <see cref="RefreshChain"/>). Pure.
/// <para>
/// A token's successor is an HMAC of its secret under a server key, so a retry after a lost response gets the same
/// successor, even when both requests race: a bad network logs no honest device out, and nobody without the server's
/// key can compute a successor.
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

    /// <summary>Begins a chain; each login does.</summary>
    internal static (RefreshChain Chain, RefreshToken Token) Begin(UserId user, DeviceId device, DateTimeOffset now)
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

    /// <summary>Decides what a presented token gets.</summary>
    internal RefreshDecision Decide(RefreshChain? chain, RefreshToken presented, DateTimeOffset now)
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

        // The previous token stays good for as long as its successor is unused: the answer that carried the successor
        // may have been lost, and the device may only come back tomorrow. Whoever copied the token is still found out:
        // once either of the two uses the successor, the other's token is no longer the previous one.
        if (!Same(chain.PreviousHash.Span, hash))
        {
            return new(RefreshVerdict.Reused, null, null);
        }

        var again = Successor(presented);
        return Same(chain.CurrentHash.Span, again.SecretHash())
            ? new(RefreshVerdict.Repeat, null, again)
            // The server's key has changed since: a different successor.
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

/// <summary>The decision on a presented refresh token.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Chain">The chain to store; null to end it, or when nothing changes.</param>
/// <param name="Next">The token to issue, if any.</param>
internal sealed record RefreshDecision(RefreshVerdict Verdict, RefreshChain? Chain, RefreshToken? Next);

/// <summary>The verdict on a presented refresh token.</summary>
internal enum RefreshVerdict
{
    /// <summary>There is no such chain, or it has ended.</summary>
    Unknown = 1,

    /// <summary>The current token: the chain moves on.</summary>
    Rotate = 2,

    /// <summary>The previous token, whose successor is unused: the successor is issued again.</summary>
    Repeat = 3,

    /// <summary>A used token: somebody else holds a copy, so the chain ends.</summary>
    Reused = 4,
}

/// <summary>
/// A refresh token: base64url of user, device, chain (16 bytes each) and a secret of 32. The ids find the row without
/// an index; only the SHA-256 of the secret is stored.
/// </summary>
internal sealed record RefreshToken(UserId User, DeviceId Device, byte[] Chain, byte[] Secret)
{
    public const int ChainBytes = 16;
    public const int SecretBytes = 32;
    private const int Bytes = 16 + 16 + ChainBytes + SecretBytes;
    private static readonly int TextLength = Base64Url.GetEncodedLength(Bytes);

    public byte[] SecretHash() => SHA256.HashData(Secret);

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out RefreshToken? token)
    {
        token = null;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (
            text?.Length != TextLength
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written)
            || written != Bytes
        )
        {
            return false;
        }

        token = new(
            new(BinaryPrimitives.ReadUInt128BigEndian(bytes)),
            new(BinaryPrimitives.ReadUInt128BigEndian(bytes[16..])),
            bytes.Slice(32, ChainBytes).ToArray(),
            bytes[(32 + ChainBytes)..].ToArray()
        );
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, User.Value);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], Device.Value);
        Chain.CopyTo(bytes[32..]);
        Secret.CopyTo(bytes[(32 + ChainBytes)..]);
        return Base64Url.EncodeToString(bytes);
    }
}

/// <summary>
/// The id of a login, which is that of its chain of refresh tokens. Access tokens carry it, so that they end with the
/// chain although nobody keeps a list of them.
/// </summary>
internal static class LoginId
{
    public static UInt128 Of(RefreshChain? chain) => chain is null ? 0 : Of(chain.Chain.Span);

    public static UInt128 Of(ReadOnlySpan<byte> chain) =>
        chain.Length == RefreshToken.ChainBytes ? BinaryPrimitives.ReadUInt128BigEndian(chain) : 0;
}
