using Connect.Accounts.Identity;
using Connect.Doors.Limits;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>A new token for the living session. A bad one leaves the old one in force until its end.</summary>
internal sealed class AuthCommand(IAccessTokens tokens, RateLimits rates)
{
    public async Task ExecuteAsync(SessionCommands caller, SessionRequest request, Auth auth)
    {
        var session = caller.Session;
        var wait = rates.UserRequests.Take(session.User);
        if (wait > TimeSpan.Zero)
        {
            caller.Slow(request, wait);
            return;
        }

        var token = await tokens.ValidateAsync(auth.Token);
        if (!token.IsValid)
        {
            var expired = token.Status == AccessTokenStatus.Expired;
            session.Fail(request, expired ? ErrorCode.TokenExpired : ErrorCode.Unauthenticated, "token");
            return;
        }

        if (token.User != session.User || (!token.Device.IsNone && token.Device != session.Device))
        {
            session.Fail(request, ErrorCode.Forbidden, "token");
            return;
        }

        if (await tokens.RecheckAsync(token) != AccessTokenStatus.Valid)
        {
            session.Fail(request, ErrorCode.Unauthenticated, "token");
            return;
        }

        session.RenewToken(token.ExpiresAt);
        session.Answer(request, new ServerFrame { Ok = new() { ExpiresAt = (ulong)token.ExpiresAt } });
    }
}
