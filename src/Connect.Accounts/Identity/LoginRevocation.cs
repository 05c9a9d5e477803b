using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Accounts.Identity;

/// <summary>Logins of a user have ended; the store knows it already.</summary>
/// <param name="User">Whose.</param>
/// <param name="Devices">Which; default = all of the user's.</param>
/// <param name="Kept">All but this one.</param>
/// <param name="DisablesAccount">The account itself can no longer be used.</param>
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
/// Whoever holds something of a login that was ended: its sessions, or what was remembered of it. In a cluster of many
/// nodes one listener carries the news to the others, each of which tells its own listeners.
/// </summary>
public interface ILoginRevocationListener
{
    /// <summary>Completes once it is done on every node that can be reached.</summary>
    ValueTask LoginEndedAsync(LoginRevocation end);
}

/// <summary>Which devices have a session now.</summary>
public interface IConnectedDevices
{
    ValueTask<IReadOnlySet<DeviceId>> FindAsync(UserId user);
}
