using Connect.Accounts.Identity;
using Connect.Contracts.Refusals;

namespace Connect.Doors.Limits;

/// <summary>
/// Keeps passwords from being guessed: how many logins an address may try, and how many may fail from it and to one
/// name. A try counts as failed until it ends otherwise, so that many at once do not slip through. A name that does not
/// exist is counted like one that does.
/// </summary>
public sealed class LoginRates(RateLimits limits)
{
    /// <summary>Null: it may be tried.</summary>
    public Refusal? Begin(ClientAddress address, string username)
    {
        var wait = limits.Logins.Take(address);
        if (wait > TimeSpan.Zero)
        {
            return RateLimits.Refuse(wait);
        }

        wait = limits.FailedLogins.Take(address);
        if (wait > TimeSpan.Zero)
        {
            return RateLimits.Refuse(wait);
        }

        if (!Username.TryNormalize(username, out var name))
        {
            return null;
        }

        wait = limits.FailedNames.Take(name);
        if (wait > TimeSpan.Zero)
        {
            limits.FailedLogins.GiveBack(address);
            return RateLimits.Refuse(wait);
        }

        return null;
    }

    /// <summary>It did not fail for its password: the right one was given, or nobody looked.</summary>
    public void DidNotFail(ClientAddress address, string username)
    {
        limits.FailedLogins.GiveBack(address);
        if (Username.TryNormalize(username, out var name))
        {
            limits.FailedNames.GiveBack(name);
        }
    }
}
