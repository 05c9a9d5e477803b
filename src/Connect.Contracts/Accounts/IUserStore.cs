using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>
/// Accounts and devices, on the user's side of the store (D5). Rows are encrypted under the user's key; usernames are
/// found through a keyed hash (D10). Writes are durable on return; a thrown exception means unknown.
/// </summary>
public interface IUserStore
{
    /// <summary>
    /// False when the username is taken, or the outside identity is somebody's. Usernames are compared in their
    /// normalised form.
    /// </summary>
    ValueTask<bool> CreateAsync(Account account);

    ValueTask<Account?> FindByUsernameAsync(string normalizedUsername, CancellationToken cancellationToken);

    ValueTask<Account?> GetAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>Replaces the row if the stored version is <c>account.Version − 1</c>; false when it is not.</summary>
    ValueTask<bool> UpdateAsync(Account account);

    /// <summary>
    /// As <see cref="UpdateAsync"/>, and ends in the same transaction the login of every device but
    /// <paramref name="kept"/>.
    /// </summary>
    ValueTask<bool> UpdateAndEndLoginsAsync(Account account, DeviceId kept);

    /// <summary>Whose an outside identity is or was; null when it never was anybody's.</summary>
    ValueTask<ExternalOwner?> FindExternalAsync(ExternalIdentity identity, CancellationToken cancellationToken);

    ValueTask<Device?> GetDeviceAsync(UserId user, DeviceId device, CancellationToken cancellationToken);

    ValueTask<ImmutableArray<Device>> ListDevicesAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a device if the stored version is <c>device.Version − 1</c> (0 = there is none); else false.
    /// </summary>
    ValueTask<bool> PutDeviceAsync(Device device);

    ValueTask DeleteDeviceAsync(UserId user, DeviceId device);
}
