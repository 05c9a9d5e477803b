using Connect.Accounts.Identity;
using Connect.Contracts;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Microsoft.Extensions.Logging;

namespace Connect.Accounts.Deletion;

/// <summary>
/// Starts an account deletion once the caller has re-authenticated. The start is durable first; then all logins are
/// revoked and sessions close, and <see cref="DeletionService"/> does the rest.
/// </summary>
public sealed class AccountEnd(
    IUserStore users,
    IDeletionStore deletions,
    PasswordChange passwords,
    LoginRevocationPublisher revocations,
    DeletionService service,
    TimeProvider time,
    ILogger<AccountEnd> log
)
{
    /// <summary>The maximum age of an external issuer's token accepted in place of a password.</summary>
    public static readonly TimeSpan FreshToken = TimeSpan.FromMinutes(5);

    private static readonly Refusal NotFresh = new(
        RefusalReason.Forbidden,
        "Log in again at your issuer: a token of the last 5 minutes is needed."
    );

    private static readonly Refusal NoPassword = new(RefusalReason.Invalid, "The password is needed.", "password");

    /// <param name="user">The account's user.</param>
    /// <param name="outsideTokenFrom">
    /// When the caller's token was issued, if by an external issuer; null for one of our own.
    /// </param>
    /// <param name="password">The account's password; an account without one relies on the token.</param>
    /// <param name="cancellationToken">Cancels before the deletion has begun, not after.</param>
    /// <returns>Null once the deletion has begun.</returns>
    public async Task<Refusal?> BeginAsync(
        UserId user,
        long? outsideTokenFrom,
        string? password,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 0; attempt < DeviceLogins.Attempts; attempt++)
        {
            var account = await users.GetAsync(user, cancellationToken);
            if (account is null or { DeletingSince: > 0 })
            {
                return null;
            }

            if (await ProveAsync(account, outsideTokenFrom, password, cancellationToken) is { } refusal)
            {
                return refusal;
            }

            var going = account with
            {
                Disabled = true,
                DeletingSince = time.GetUtcNow().ToUnixTimeMilliseconds(),
                Version = account.Version + 1,
            };
            if (await deletions.BeginAsync(going))
            {
                FaultPoints.Hit(FaultPoints.DeletionBegun);
                log.DeletionBegun(user);
                await revocations.PublishAsync(LoginRevocation.OfAccount(user));
                service.Begun(user);
                return null;
            }
        }

        return Logins.Contended;
    }

    private async Task<Refusal?> ProveAsync(
        Account account,
        long? outsideTokenFrom,
        string? password,
        CancellationToken cancellationToken
    )
    {
        if (account.PasswordHash is null && outsideTokenFrom is { } issuedAt)
        {
            var oldest = (time.GetUtcNow() - FreshToken).ToUnixTimeMilliseconds();
            return issuedAt >= oldest ? null : NotFresh;
        }

        return string.IsNullOrEmpty(password)
            ? NoPassword
            : await passwords.CheckAsync(account, password, cancellationToken);
    }
}
