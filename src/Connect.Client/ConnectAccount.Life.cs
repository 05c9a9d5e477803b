namespace Connect.Client;

/// <summary>What a user does about their devices, password and data.</summary>
public sealed partial class ConnectAccount
{
    /// <summary>The user's devices, those used last first.</summary>
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

    /// <summary>Changes the password; all other devices are logged out by that.</summary>
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

    /// <summary>Writes all that the server keeps of the user, as JSON. It is not whole when this throws.</summary>
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
    /// Deletes the account for good, and forgets the login here. What the store keeps of messages stays: it is the
    /// device's own.
    /// </summary>
    /// <exception cref="ConnectException">The password is wrong (unauthenticated), or no server.</exception>
    public async Task DeleteAsync(string password, CancellationToken cancellationToken = default)
    {
        var token = await GetTokenAsync(renew: false, cancellationToken).ConfigureAwait(false);
        await _api.DeleteAccountAsync(token.Value, password, cancellationToken).ConfigureAwait(false);
        await ForgetAsync().ConfigureAwait(false);
    }
}
