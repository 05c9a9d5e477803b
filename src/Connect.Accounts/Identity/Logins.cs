using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Microsoft.Extensions.Logging;

namespace Connect.Accounts.Identity;

/// <summary>Gives tokens to devices.</summary>
public sealed class Logins(
    IUserStore users,
    DeviceLogins devices,
    PasswordHasher hasher,
    LoginRevocationPublisher ends,
    RefreshRotation rotation,
    AccessTokenIssuer issuer,
    TimeProvider time,
    ILogger<Logins> log
)
{
    /// <summary>One answer for a wrong password, an unknown user and one who may not log in.</summary>
    internal static readonly Refusal WrongCredentials = new(
        RefusalReason.Unauthenticated,
        "The username or the password is wrong."
    );

    private static readonly Refusal BadRefreshToken = new(
        RefusalReason.Unauthenticated,
        "The refresh token is not valid: log in again.",
        "refresh_token"
    );

    internal static readonly Refusal Contended = new(
        RefusalReason.Unavailable,
        "The device is changing at this moment.",
        RetryAfter: TimeSpan.FromSeconds(1)
    );

    /// <summary>
    /// Logs in with a password. <paramref name="known"/> names the device when it is one of this user's; else a new one
    /// is made.
    /// </summary>
    public async Task<Answer<IssuedTokens>> LoginAsync(
        string username,
        string password,
        string? deviceName,
        DeviceId known,
        CancellationToken cancellationToken
    )
    {
        if (!PasswordRules.IsHashable(password))
        {
            return WrongCredentials;
        }

        var account = Username.TryNormalize(username, out var normalized)
            ? await users.FindByUsernameAsync(normalized, cancellationToken)
            : null;
        var hash = account is { Disabled: false } ? account.PasswordHash : null;
        var checking = await hasher.CheckAsync(password, hash, cancellationToken);
        if (!checking.TryGet(out var check, out var refusal))
        {
            return refusal;
        }

        if (account is null || !check.Matches)
        {
            return WrongCredentials;
        }

        if (check.Rehashed is { } rehashed)
        {
            // When somebody else changed the account meanwhile, the next login does it.
            var changed = account with
            {
                PasswordHash = rehashed,
                Version = account.Version + 1,
            };
            account = await users.UpdateAsync(changed) ? changed : account;
        }

        var token = await devices.BeginAsync(account.User, known, deviceName, cancellationToken);
        return token is null ? Contended : await ConfirmAsync(account, token, cancellationToken);
    }

    /// <summary>
    /// Whoever changes a password or deletes an account ends the logins that are there; this one may have come just
    /// after, with the old password. So the account is looked at once more when the login can be found.
    /// </summary>
    private async Task<Answer<IssuedTokens>> ConfirmAsync(
        Account account,
        RefreshToken token,
        CancellationToken cancellationToken
    )
    {
        var now = await users.GetAsync(account.User, cancellationToken);
        if (now is { Disabled: false } && now.PasswordHash == account.PasswordHash)
        {
            return Issue(token);
        }

        await devices.EndAsync(token.User, token.Device, cancellationToken);
        return WrongCredentials;
    }

    /// <summary>Exchanges a refresh token for the next.</summary>
    public async Task<Answer<IssuedTokens>> RefreshAsync(string text, CancellationToken cancellationToken)
    {
        if (!RefreshToken.TryParse(text, out var presented))
        {
            return BadRefreshToken;
        }

        for (var attempt = 0; attempt < DeviceLogins.Attempts; attempt++)
        {
            var device = await users.GetDeviceAsync(presented.User, presented.Device, cancellationToken);
            var decision = rotation.Decide(device?.Refresh, presented, time.GetUtcNow());
            if (device is null || decision.Verdict == RefreshVerdict.Unknown)
            {
                return BadRefreshToken;
            }

            if (!await StoreAsync(device, decision))
            {
                continue;
            }

            if (decision.Next is null)
            {
                log.ChainRevoked(device.Id);
                await ends.PublishAsync(LoginRevocation.OfDevice(device.User, device.Id));
                return BadRefreshToken;
            }

            return await MayLogInAsync(presented.User, cancellationToken) ? Issue(decision.Next) : BadRefreshToken;
        }

        return Contended;
    }

    private async ValueTask<bool> StoreAsync(Device device, RefreshDecision decision) =>
        decision is { Verdict: RefreshVerdict.Repeat, Chain: null }
        || await users.PutDeviceAsync(device with { Refresh = decision.Chain, Version = device.Version + 1 });

    private async ValueTask<bool> MayLogInAsync(UserId user, CancellationToken cancellationToken) =>
        await users.GetAsync(user, cancellationToken) is { Disabled: false };

    private IssuedTokens Issue(RefreshToken refresh)
    {
        var (token, expiresAt) = issuer.Issue(refresh.User, refresh.Device, LoginId.Of(refresh.Chain));
        return new(refresh.User, refresh.Device, token, expiresAt, refresh.ToString());
    }
}
