using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Doors.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connect.Http.Pipeline;

/// <summary>
/// Limits password re-checks of logged-in users: a wrong password counts like a failed login to their username, so that
/// a stolen token is no way around the limits on guessing.
/// </summary>
internal sealed class PasswordGuesses(IUserStore users, LoginRates rates, ILogger<PasswordGuesses> log)
{
    /// <summary>Runs the action that checks the password, unless the limits forbid another attempt now.</summary>
    public async Task<Refusal?> TryAsync(HttpContext context, UserId user, Func<Task<Refusal?>> act)
    {
        var address = ClientAddress.Of(context.Connection.RemoteIpAddress);
        var name = (await users.GetAsync(user, context.RequestAborted))?.Username ?? "";
        if (await rates.BeginAsync(address, name, context.RequestAborted) is { } tooMany)
        {
            return tooMany;
        }

        Refusal? refusal = null;
        try
        {
            refusal = await act();
            return refusal;
        }
        finally
        {
            var failed = refusal?.Reason == RefusalReason.Unauthenticated;
            rates.End(address, name, failed);
            if (failed)
            {
                log.LoginRefused(context.Connection.RemoteIpAddress);
            }
        }
    }
}
