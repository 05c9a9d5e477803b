using Connect.Accounts.Identity;
using Connect.Contracts;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Microsoft.Extensions.Logging;

namespace Connect.Accounts.Deletion;

/// <summary>
/// Begins the deletion of an account: whoever asks proves again that they are its user. It is durable first; then all
/// logins are over and the sessions close; the rest is the job of <see cref="DeletionService"/>.
/// </summary>
public sealed class AccountEnd(
    IUserStore users,
    IDeletionStore deletions,
    PasswordChange passwords,
    LoginRevocationPublisher ends,
    DeletionService service,
    TimeProvider time,
    ILogger<AccountEnd> log
)
{
    /// <summary>How old a token of an outside issuer may be that stands in for a password.</summary>
    public static readonly TimeSpan FreshToken = TimeSpan.FromMinutes(5);

    private static readonly Refusal NotFresh = new(
        RefusalReason.Forbidden,
        "Log in again at your issuer: a token of the last 5 minutes is needed."
    );

    private static readonly Refusal NoPassword = new(RefusalReason.Invalid, "The password is needed.", "password");

    /// <param name="user">Who.</param>
    /// <param name="outsideTokenFrom">
    /// When the caller's token was issued, if it is an outside issuer's; null for a token of ours.
    /// </param>
    /// <param name="password">The account's; an account that has none goes by the token.</param>
    /// <param name="cancellationToken">Ends the wait before anything is begun.</param>
    /// <returns>Null when it is begun.</returns>
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
                await ends.PublishAsync(LoginRevocation.OfAccount(user));
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
