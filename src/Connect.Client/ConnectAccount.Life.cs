namespace Connect.Client;

/// <summary>Devices, password, export and deletion.</summary>
public sealed partial class ConnectAccount
{
    /// <summary>The user's devices, most recently used first.</summary>
    /// <exception cref="ConnectException">Not logged in, or no server.</exception>
    public async Task<IReadOnlyList<DeviceInfo>> ListDevicesAsync(CancellationToken cancellationToken = default)
    {
        var token = await GetTokenAsync(renew: false, cancellationToken).ConfigureAwait(false);
        var answer = await _api.ListDevicesAsync(token.Value, cancellationToken).ConfigureAwait(false);
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
        var token = await GetTokenAsync(renew: false, cancellationToken).ConfigureAwait(false);
        await _api.RevokeDeviceAsync(token.Value, device, cancellationToken).ConfigureAwait(false);
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
        var token = await GetTokenAsync(renew: false, cancellationToken).ConfigureAwait(false);
        await _api.ChangePasswordAsync(token.Value, new(oldPassword, newPassword), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Writes everything the server stores about the user, as JSON. It is incomplete if this throws.</summary>
    /// <exception cref="ConnectException">
    /// The last export still runs (rate limited), it broke off, or no server.
    /// </exception>
    public async Task ExportAsync(Stream to, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        var token = await GetTokenAsync(renew: false, cancellationToken).ConfigureAwait(false);
        await _api.ExportAsync(token.Value, to, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Deletes the account permanently and forgets the login here. Messages in the device's own store remain.
    /// </summary>
    /// <exception cref="ConnectException">The password is wrong (unauthenticated), or no server.</exception>
    public async Task DeleteAsync(string password, CancellationToken cancellationToken = default)
    {
        var token = await GetTokenAsync(renew: false, cancellationToken).ConfigureAwait(false);
        await _api.DeleteAccountAsync(token.Value, password, cancellationToken).ConfigureAwait(false);
        await ForgetAsync().ConfigureAwait(false);
    }
}
