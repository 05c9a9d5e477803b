using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;

namespace Connect.Accounts.Identity;

/// <summary>
/// Revokes logins: this device's, another's, or all. Each revocation is durable before it is enforced; null means both
/// are done.
/// </summary>
public sealed class LoginRevoker(
    IUserStore users,
    DeviceLogins devices,
    LoginRevocationPublisher revocations,
    TimeProvider time
)
{
    private static readonly Refusal NoDevice = new(RefusalReason.NotFound, "You have no such device.", "id");

    private static readonly Refusal NotOurs = new(
        RefusalReason.Forbidden,
        "This login is the outside issuer's: end it there, or end all logins here."
    );

    /// <summary>Logs a device out; it stays registered and can log in again.</summary>
    public async Task<Refusal?> LogoutAsync(UserId user, DeviceId device, CancellationToken cancellationToken)
    {
        if (device.IsNone)
        {
            return NotOurs;
        }

        if (!await devices.EndAsync(user, device, cancellationToken))
        {
            return Logins.Contended;
        }

        await revocations.PublishAsync(LoginRevocation.OfDevice(user, device));
        return null;
    }

    /// <summary>Revokes all of a user's logins, those from an external issuer included.</summary>
    public async Task<Refusal?> LogoutEverywhereAsync(UserId user, CancellationToken cancellationToken)
    {
        if (!await ChangeAsync(user, default, EndOutside, cancellationToken))
        {
            return Logins.Contended;
        }

        await revocations.PublishAsync(LoginRevocation.OfAll(user));
        return null;
    }

    /// <summary>Revokes the login of one of the user's devices and deletes the device.</summary>
    public async Task<Refusal?> RevokeAsync(UserId user, DeviceId id, CancellationToken cancellationToken)
    {
        var device = await users.GetDeviceAsync(user, id, cancellationToken);
        if (device is null)
        {
            return NoDevice;
        }

        // External tokens name no device of ours, so all issued up to now are revoked.
        var account = await users.GetAsync(user, cancellationToken);
        if (
            account is { External: not null }
            && device.Refresh is null
            && !await UpdateAsync(user, EndOutside, cancellationToken)
        )
        {
            return Logins.Contended;
        }

        await users.DeleteDeviceAsync(user, id);
        await revocations.PublishAsync(LoginRevocation.OfDevice(user, id));
        return null;
    }

    private Account EndOutside(Account account) =>
        account.External is null ? account : account with { TokensFrom = time.GetUtcNow().ToUnixTimeMilliseconds() };

    private Task<bool> UpdateAsync(UserId user, Func<Account, Account> change, CancellationToken cancellationToken) =>
        TryAsync(user, change, users.UpdateAsync, cancellationToken);

    private Task<bool> ChangeAsync(
        UserId user,
        DeviceId kept,
        Func<Account, Account> change,
        CancellationToken cancellationToken
    ) => TryAsync(user, change, account => users.UpdateAndEndLoginsAsync(account, kept), cancellationToken);

    /// <summary>False when concurrent changes won every attempt.</summary>
    private async Task<bool> TryAsync(
        UserId user,
        Func<Account, Account> change,
        Func<Account, ValueTask<bool>> write,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 0; attempt < DeviceLogins.Attempts; attempt++)
        {
            var account = await users.GetAsync(user, cancellationToken);
            if (account is null || await write(change(account) with { Version = account.Version + 1 }))
            {
                return true;
            }
        }

        return false;
    }
}
