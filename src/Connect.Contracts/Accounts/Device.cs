using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>One installation of a user's client.</summary>
/// <param name="User">Whose.</param>
/// <param name="Id">Opaque id, given at the first login.</param>
/// <param name="Name">As its user knows it ("Anna's laptop").</param>
/// <param name="CreatedAt">Milliseconds since the epoch.</param>
/// <param name="Refresh">Its chain of refresh tokens; null if logged out or revoked.</param>
/// <param name="Version">1 at creation, incremented with each change.</param>
public sealed record Device(UserId User, DeviceId Id, string Name, long CreatedAt, RefreshChain? Refresh, long Version);

/// <summary>
/// The refresh tokens of a device. Each use issues a new token; the previous one stays valid until the new one is first
/// used. Later reuse of any token revokes the whole chain.
/// </summary>
/// <param name="Chain">Random name of the chain, part of each token: distinguishes an old token from a guess.</param>
/// <param name="CurrentHash">SHA-256 of the secret of the newest token.</param>
/// <param name="PreviousHash">SHA-256 of the previous one; empty if there is none.</param>
/// <param name="RotatedAt">When the newest was issued, in milliseconds since the epoch.</param>
/// <param name="ExpiresAt">When the chain expires if unused.</param>
public sealed record RefreshChain(
    ReadOnlyMemory<byte> Chain,
    ReadOnlyMemory<byte> CurrentHash,
    ReadOnlyMemory<byte> PreviousHash,
    long RotatedAt,
    long ExpiresAt
);
