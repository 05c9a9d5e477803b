using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Microsoft.Extensions.Logging;

namespace Connect.Accounts.Identity;

/// <summary>Issues tokens: at login and at refresh.</summary>
public sealed class Logins(
    IUserStore users,
    DeviceLogins devices,
    PasswordHasher hasher,
    LoginRevocationPublisher revocations,
    RefreshRotation rotation,
    AccessTokenIssuer issuer,
    TimeProvider time,
    ILogger<Logins> log
)
{
    /// <summary>The same for a wrong password, an unknown user and a disabled account.</summary>
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
    /// Logs in with a password, on the device <paramref name="known"/> if the user has it, else on a new one.
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
            // If this loses to a concurrent change, the next login rehashes.
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
    /// A password change or an account deletion revokes the logins it finds; this one may have slipped in just after,
    /// with the old password. So the account is read again once the login is stored.
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
                await revocations.PublishAsync(LoginRevocation.OfDevice(device.User, device.Id));
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

/// <summary>The tokens that a login or a refresh issues.</summary>
/// <param name="User">The user.</param>
/// <param name="Device">The device.</param>
/// <param name="AccessToken">For <c>hello</c> and HTTP.</param>
/// <param name="ExpiresAt">When the access token expires, milliseconds since the epoch.</param>
/// <param name="RefreshToken">For the next pair.</param>
public sealed record IssuedTokens(
    UserId User,
    DeviceId Device,
    string AccessToken,
    long ExpiresAt,
    string RefreshToken
);
