using Connect.Accounts.Identity;
using Connect.Contracts.Refusals;

namespace Connect.Doors.Limits;

/// <summary>
/// Limits password guessing: attempts per address, and failures per address and per username. An attempt counts as
/// failed until it turns out otherwise, so that concurrent ones cannot slip through. Unknown usernames count as well.
/// </summary>
public sealed class LoginRates(RateLimits limits)
{
    /// <summary>Null when the attempt may go ahead.</summary>
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

    /// <summary>Call when the attempt did not fail on the password: it was right, or was never checked.</summary>
    public void DidNotFail(ClientAddress address, string username)
    {
        limits.FailedLogins.GiveBack(address);
        if (Username.TryNormalize(username, out var name))
        {
            limits.FailedNames.GiveBack(name);
        }
    }
}
