using Connect.Accounts.Identity;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;

namespace Connect.Accounts.People;

/// <summary>Changes what a user hides from others.</summary>
public sealed class PrivacyChange(IUserStore users, Relations relations, IEnumerable<IPeopleListener> listeners)
{
    /// <summary>The new settings; null when the account is gone or concurrent changes won every attempt.</summary>
    public async ValueTask<Privacy?> ChangeAsync(
        UserId user,
        bool? hidesPresence,
        bool? hidesReads,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 0; attempt < DeviceLogins.Attempts; attempt++)
        {
            if (await users.GetAsync(user, cancellationToken) is not { } account)
            {
                return null;
            }

            var privacy = new Privacy(
                hidesPresence ?? account.Privacy.HidesPresence,
                hidesReads ?? account.Privacy.HidesReads
            );
            if (privacy == account.Privacy)
            {
                return privacy;
            }

            if (await users.UpdateAsync(account with { Privacy = privacy, Version = account.Version + 1 }))
            {
                relations.ForgetPrivacy(user);
                foreach (var listener in listeners)
                {
                    listener.PrivacyChanged(user, privacy);
                }

                return privacy;
            }
        }

        return null;
    }
}
