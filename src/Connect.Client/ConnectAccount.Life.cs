using Connect.Client.Http;

namespace Connect.Client;

/// <summary>Devices, password, export and deletion.</summary>
public sealed partial class ConnectAccount
{
    /// <summary>The user's devices, most recently used first.</summary>
    /// <exception cref="ConnectException">Not logged in, or no server.</exception>
    public async Task<IReadOnlyList<DeviceInfo>> ListDevicesAsync(CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync(token => _api.ListDevicesAsync(token, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. answer.Devices.Select(device => new DeviceInfo(
                device.Id,
                device.Name,
                DateTimeOffset.FromUnixTimeMilliseconds(device.CreatedAt),
                device.LastUsedAt is { } used ? DateTimeOffset.FromUnixTimeMilliseconds(used) : null,
                device.Current,
                device.Connected
            )),
        ];
    }

    /// <summary>Ends the login of one of the user's devices: its connections close within 5 seconds.</summary>
    /// <exception cref="ConnectException">There is no such device (not found), or no server.</exception>
    public async Task RevokeDeviceAsync(string device, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(device);
        await CallAsync(token => _api.RevokeDeviceAsync(token, device, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Changes the password, which logs out all other devices.</summary>
    /// <exception cref="ConnectException">
    /// The old password is wrong (unauthenticated), the new one is not allowed (invalid), or no server.
    /// </exception>
    public async Task ChangePasswordAsync(
        string oldPassword,
        string newPassword,
        CancellationToken cancellationToken = default
    )
    {
        var change = new PasswordBody(oldPassword, newPassword);
        await CallAsync(token => _api.ChangePasswordAsync(token, change, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Writes everything the server stores about the user, as JSON. It is incomplete if this throws.</summary>
    /// <exception cref="ConnectException">
    /// The last export still runs (rate limited), it broke off, or no server.
    /// </exception>
    public async Task ExportAsync(Stream to, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        await CallAsync(token => _api.ExportAsync(token, to, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Deletes the account permanently and forgets the login here. Messages in the device's own store remain.
    /// </summary>
    /// <exception cref="ConnectException">The password is wrong (unauthenticated), or no server.</exception>
    public async Task DeleteAsync(string password, CancellationToken cancellationToken = default)
    {
        await CallAsync(token => _api.DeleteAccountAsync(token, password, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        await ForgetAsync().ConfigureAwait(false);
    }
}
