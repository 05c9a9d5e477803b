using System.Security.Cryptography;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Options;

namespace Connect.Accounts.Identity;

/// <summary>The accounts of those whom an outside issuer knows; made at their first coming when that is set.</summary>
public sealed class ExternalAccounts(IUserStore users, IOptions<IdentityOptions> options, TimeProvider time)
{
    private const string NameLetters = "abcdefghijkmnpqrstuvwxyz23456789";

    /// <param name="identity">Who.</param>
    /// <param name="issuedAt">Of the token: one from before the account was deleted makes no new one.</param>
    /// <param name="wantedName">What the issuer calls them; taken when it may be and is free.</param>
    /// <returns>None when they have no account and get none.</returns>
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

            // Refused when the name is taken, or when they came twice at once: then the next look finds them.
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
