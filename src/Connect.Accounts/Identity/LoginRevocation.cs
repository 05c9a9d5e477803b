using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Accounts.Identity;

/// <summary>A durable revocation of some of a user's logins.</summary>
/// <param name="User">The user.</param>
/// <param name="Devices">The devices; default means all of them.</param>
/// <param name="Kept">The device that stays logged in, if any.</param>
/// <param name="DisablesAccount">Whether the account itself is disabled.</param>
public sealed record LoginRevocation(
    UserId User,
    ImmutableArray<DeviceId> Devices,
    DeviceId Kept,
    bool DisablesAccount = false
)
{
    public static LoginRevocation OfDevice(UserId user, DeviceId device) => new(user, [device], default);

    public static LoginRevocation OfAll(UserId user, DeviceId kept = default) => new(user, default, kept);

    public static LoginRevocation OfAccount(UserId user) => new(user, default, default, DisablesAccount: true);

    public bool Concerns(DeviceId device) => device != Kept && (Devices.IsDefault || Devices.Contains(device));
}

/// <summary>
/// Holds state that a revocation invalidates, such as sessions or cached logins. In a cluster one listener forwards
/// the revocation to the other nodes, each of which notifies its own listeners.
/// </summary>
public interface ILoginRevocationListener
{
    /// <summary>Completes once every reachable node has acted on it.</summary>
    ValueTask LoginRevokedAsync(LoginRevocation revocation);
}

/// <summary>Tells which devices have a session now.</summary>
public interface IConnectedDevices
{
    ValueTask<IReadOnlySet<DeviceId>> FindAsync(UserId user);
}
