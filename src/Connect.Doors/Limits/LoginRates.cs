using Connect.Accounts.Identity;
using Connect.Contracts.Refusals;

namespace Connect.Doors.Limits;

/// <summary>
/// Limits password guessing: attempts per address, and failures per address and per username. An attempt counts as
/// failed until it turns out otherwise, so that concurrent ones cannot slip through. Unknown usernames count as well.
/// </summary>
public sealed class LoginRates(RateLimits limits)
{
    /// <summary>Logins that wait for others from the same address, and as many to the same name.</summary>
    internal const int MaxWaiting = 256;

    private readonly FailureBudget<ClientAddress> _addresses = new(
        new(address => limits.FailedLogins.Take(address), address => limits.FailedLogins.GiveBack(address)),
        MaxWaiting
    );

    private readonly FailureBudget<string> _names = new(
        new(name => limits.FailedNames.Take(name), name => limits.FailedNames.GiveBack(name)),
        MaxWaiting
    );

    /// <summary>
    /// Null when the attempt may go ahead; then <see cref="End"/> must follow, whatever happens. It may wait for the
    /// outcome of other attempts.
    /// </summary>
    public async ValueTask<Refusal?> BeginAsync(
        ClientAddress address,
        string username,
        CancellationToken cancellationToken
    )
    {
        var wait = limits.Logins.Take(address);
        if (wait > TimeSpan.Zero)
        {
            return RateLimits.Refuse(wait);
        }

        wait = await _addresses.BeginAsync(address, cancellationToken);
        if (wait > TimeSpan.Zero)
        {
            return RateLimits.Refuse(wait);
        }

        if (!Username.TryNormalize(username, out var name))
        {
            return null;
        }

        try
        {
            wait = await _names.BeginAsync(name, cancellationToken);
        }
        catch
        {
            _addresses.End(address, failed: false);
            throw;
        }

        if (wait > TimeSpan.Zero)
        {
            _addresses.End(address, failed: false);
            return RateLimits.Refuse(wait);
        }

        return null;
    }

    /// <summary>Ends an attempt.</summary>
    /// <param name="address">As at the beginning.</param>
    /// <param name="username">As at the beginning.</param>
    /// <param name="failed">Whether the password was wrong, and not right or never checked.</param>
    public void End(ClientAddress address, string username, bool failed)
    {
        _addresses.End(address, failed);
        if (Username.TryNormalize(username, out var name))
        {
            _names.End(name, failed);
        }
    }
}
