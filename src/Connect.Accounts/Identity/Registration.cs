using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;

namespace Connect.Accounts.Identity;

/// <summary>Creates accounts.</summary>
public sealed class Registration(IUserStore users, PasswordHasher hasher, TimeProvider time)
{
    private static readonly Refusal Taken = new(RefusalReason.Conflict, "This username is taken.", "username");

    public async Task<Answer<Account>> RegisterAsync(
        string username,
        string password,
        CancellationToken cancellationToken
    )
    {
        if (!Username.TryNormalize(username, out var normalized))
        {
            return new Refusal(RefusalReason.Invalid, Username.Rule, "username");
        }

        if (PasswordRules.FindProblem(password) is { } problem)
        {
            return new Refusal(RefusalReason.Invalid, problem, "password");
        }

        // Checked before the expensive part; the store decides between concurrent registrations.
        if (await users.FindByUsernameAsync(normalized, cancellationToken) is not null)
        {
            return Taken;
        }

        var hashing = await hasher.HashAsync(password, cancellationToken);
        if (!hashing.TryGet(out var hash, out var refusal))
        {
            return refusal;
        }

        var account = new Account(
            UserId.NewRandom(),
            username,
            normalized,
            hash,
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            Disabled: false,
            Version: 1
        );
        return await users.CreateAsync(account) ? account : Taken;
    }
}
