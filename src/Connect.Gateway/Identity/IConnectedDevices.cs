using Connect.Contracts.Identifiers;

namespace Connect.Gateway.Identity;

/// <summary>Which devices have a session now.</summary>
internal interface IConnectedDevices
{
    ValueTask<IReadOnlySet<DeviceId>> FindAsync(UserId user);
}
