using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Accounts;

/// <summary>
/// Accounts and devices, on the user's side of the store. Rows are encrypted under the user's key; usernames are found
/// through a keyed hash. Writes are durable on return; a thrown exception means the outcome is unknown.
/// </summary>
public interface IUserStore
{
    /// <summary>
    /// False if the username or the external identity is taken. Usernames are compared in their normalised form.
    /// </summary>
    ValueTask<bool> CreateAsync(Account account);

    ValueTask<Account?> FindByUsernameAsync(string normalizedUsername, CancellationToken cancellationToken);

    ValueTask<Account?> GetAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>Replaces the row if the stored version is <c>account.Version − 1</c>; otherwise false.</summary>
    ValueTask<bool> UpdateAsync(Account account);

    /// <summary>
    /// As <see cref="UpdateAsync"/>, and in the same transaction ends the login of every device except
    /// <paramref name="kept"/>.
    /// </summary>
    ValueTask<bool> UpdateAndEndLoginsAsync(Account account, DeviceId kept);

    /// <summary>The owner of an external identity; null if it never had one.</summary>
    ValueTask<ExternalOwner?> FindExternalAsync(ExternalIdentity identity, CancellationToken cancellationToken);

    ValueTask<Device?> GetDeviceAsync(UserId user, DeviceId device, CancellationToken cancellationToken);

    ValueTask<ImmutableArray<Device>> ListDevicesAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a device if the stored version is <c>device.Version − 1</c> (0 = none); otherwise false.
    /// </summary>
    ValueTask<bool> PutDeviceAsync(Device device);

    ValueTask DeleteDeviceAsync(UserId user, DeviceId device);
}

/// <summary>Which users exist, and their names.</summary>
public interface IUserNames
{
    /// <summary>The name of a user; null if there is no such user or their account is being deleted.</summary>
    ValueTask<string?> FindNameAsync(UserId user);
}
