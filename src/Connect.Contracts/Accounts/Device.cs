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
