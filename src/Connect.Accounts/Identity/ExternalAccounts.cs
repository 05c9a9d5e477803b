using System.Security.Cryptography;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;

namespace Connect.Accounts.Identity;

/// <summary>Finds the accounts of an external issuer's users, and creates them on first use if configured.</summary>
internal sealed class ExternalAccounts(IUserStore users, IOptions<IdentityOptions> options, TimeProvider time)
{
    private const string NameLetters = "abcdefghijkmnpqrstuvwxyz23456789";

    /// <param name="identity">The user, as the issuer knows them.</param>
    /// <param name="issuedAt">The token's: one issued before the account was deleted creates no new account.</param>
    /// <param name="wantedName">The issuer's name for them; used if valid and free.</param>
    /// <returns>None when there is no account and none may be created.</returns>
    public async ValueTask<UserId> FindOrCreateAsync(ExternalIdentity identity, long issuedAt, string? wantedName)
    {
        for (var attempt = 0; attempt < DeviceLogins.Attempts; attempt++)
        {
            var owner = await users.FindExternalAsync(identity, CancellationToken.None);
            if (owner is { EndedAt: 0 } found)
            {
                return found.User;
            }

            if (!options.Value.External.CreateAccounts || issuedAt <= (owner?.EndedAt ?? 0))
            {
                return default;
            }

            // Refused when the name is taken, or by a concurrent first login, which the next attempt finds.
            var account = NewAccount(identity, attempt == 0 ? wantedName : null);
            if (await users.CreateAsync(account))
            {
                return account.User;
            }
        }

        return default;
    }

    private Account NewAccount(ExternalIdentity identity, string? wantedName)
    {
        var name = Username.TryNormalize(wantedName, out _)
            ? wantedName!
            : "user-" + RandomNumberGenerator.GetString(NameLetters, 12);
        return new(
            UserId.NewRandom(),
            name,
            name.ToLowerInvariant(),
            PasswordHash: null,
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            Disabled: false,
            Version: 1
        )
        {
            External = identity,
        };
    }
}
