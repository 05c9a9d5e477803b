using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Protocol;

namespace Connect.Gateway.Identity;

/// <summary>Logins of a user are over; the store knows it already.</summary>
/// <param name="User">Whose.</param>
/// <param name="Devices">Which; default = all of the user's.</param>
/// <param name="Kept">Not this one.</param>
/// <param name="Close">What their sessions are closed with.</param>
internal sealed record LoginEnd(UserId User, ImmutableArray<DeviceId> Devices, DeviceId Kept, CloseCode Close)
{
    public static LoginEnd OfDevice(UserId user, DeviceId device) =>
        new(user, [device], default, CloseCode.Unauthenticated);

    public static LoginEnd OfAll(UserId user, DeviceId kept = default) =>
        new(user, default, kept, CloseCode.Unauthenticated);

    public static LoginEnd OfAccount(UserId user) => new(user, default, default, CloseCode.AccountDisabled);

    public bool Concerns(DeviceId device) => device != Kept && (Devices.IsDefault || Devices.Contains(device));
}
