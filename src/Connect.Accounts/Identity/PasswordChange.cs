using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;

namespace Connect.Accounts.Identity;

/// <summary>
/// Changes a password. Checking the old one takes as long and fails the same way as at a login. The transaction that
/// writes the new password logs out all devices but the caller's.
/// </summary>
public sealed class PasswordChange(IUserStore users, PasswordHasher hasher, LoginRevocationPublisher revocations)
{
    /// <summary>Null when done.</summary>
    public async Task<Refusal?> ChangeAsync(
        UserId user,
        DeviceId asking,
        string old,
        string wanted,
        CancellationToken cancellationToken
    )
    {
        if (PasswordRules.FindProblem(wanted) is { } problem)
        {
            return new(RefusalReason.Invalid, problem, "new_password");
        }

        for (var attempt = 0; attempt < DeviceLogins.Attempts; attempt++)
        {
            var account = await users.GetAsync(user, cancellationToken);
            if (await CheckAsync(account, old, cancellationToken) is { } wrong)
            {
                return wrong;
            }

            var hashing = await hasher.HashAsync(wanted, cancellationToken);
            if (!hashing.TryGet(out var hash, out var busy))
            {
                return busy;
            }

            var changed = account! with { PasswordHash = hash, Version = account.Version + 1 };
            if (await users.UpdateAndEndLoginsAsync(changed, asking))
            {
                await revocations.PublishAsync(LoginRevocation.OfAll(user, kept: asking));
                return null;
            }
        }

        return Logins.Contended;
    }

    /// <summary>Null when it is the account's password.</summary>
    public async Task<Refusal?> CheckAsync(Account? account, string password, CancellationToken cancellationToken)
    {
        if (!PasswordRules.IsHashable(password))
        {
            return Wrong;
        }

        var hash = account is { Disabled: false } ? account.PasswordHash : null;
        var checking = await hasher.CheckAsync(password, hash, cancellationToken);
        return checking.TryGet(out var check, out var refusal) ? (check.Matches ? null : Wrong) : refusal;
    }

    private static readonly Refusal Wrong = new(RefusalReason.Unauthenticated, "The password is wrong.", "password");
}
