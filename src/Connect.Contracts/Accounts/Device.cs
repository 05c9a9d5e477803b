using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>One installation of a client of a user.</summary>
/// <param name="User">Whose.</param>
/// <param name="Id">Opaque id, given at the first login.</param>
/// <param name="Name">As its user knows it ("Anna's laptop").</param>
/// <param name="CreatedAt">Milliseconds since the epoch.</param>
/// <param name="Refresh">Its chain of refresh tokens; null when logged out or revoked.</param>
/// <param name="Version">1 at creation, + 1 with each change.</param>
public sealed record Device(UserId User, DeviceId Id, string Name, long CreatedAt, RefreshChain? Refresh, long Version);

/// <summary>
/// The refresh tokens of a device. Each use gives a new token; the one before stays valid until the new one is first
/// used, 60 s at most; later reuse of any token of the chain ends the chain.
/// </summary>
/// <param name="Chain">Random name of the chain, part of each of its tokens: tells an old token from a guess.</param>
/// <param name="CurrentHash">SHA-256 of the secret of the newest token.</param>
/// <param name="PreviousHash">SHA-256 of the one before it; empty when there is none.</param>
/// <param name="RotatedAt">When the newest was given out, milliseconds since the epoch.</param>
/// <param name="ExpiresAt">When the chain ends if it is not used before.</param>
public sealed record RefreshChain(
    ReadOnlyMemory<byte> Chain,
    ReadOnlyMemory<byte> CurrentHash,
    ReadOnlyMemory<byte> PreviousHash,
    long RotatedAt,
    long ExpiresAt
);
