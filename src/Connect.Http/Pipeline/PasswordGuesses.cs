using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Doors.Limits;
using Microsoft.AspNetCore.Http;

namespace Connect.Http.Pipeline;

/// <summary>
/// Passwords asked for once more of somebody who is logged in: a wrong one counts like a failed login to their name, so
/// that a stolen token is no way around the limits on guessing.
/// </summary>
internal sealed class PasswordGuesses(IUserStore users, LoginRates rates)
{
    /// <summary>Does what needs the password, if it may be tried now.</summary>
    public async Task<Refusal?> TryAsync(HttpContext context, UserId user, Func<Task<Refusal?>> act)
    {
        var address = ClientAddress.Of(context.Connection.RemoteIpAddress);
        var name = (await users.GetAsync(user, context.RequestAborted))?.Username ?? "";
        if (rates.Begin(address, name) is { } tooMany)
        {
            return tooMany;
        }

        var refusal = await act();
        if (refusal?.Reason != RefusalReason.Unauthenticated)
        {
            rates.DidNotFail(address, name);
        }

        return refusal;
    }
}
