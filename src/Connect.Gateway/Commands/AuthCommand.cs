using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>A new token for the living session. A bad one leaves the old one in force until its end.</summary>
internal static class AuthCommand
{
    public static async Task ExecuteAsync(Session session, SessionRequest request, Auth auth)
    {
        var wait = session.Services.Rates.UserRequests.Take(session.User);
        if (wait > TimeSpan.Zero)
        {
            session.Slow(request, wait);
            return;
        }

        var token = await session.Services.Tokens.ValidateAsync(auth.Token);
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

        if (await session.Services.Tokens.RecheckAsync(token) != AccessTokenStatus.Valid)
        {
            session.Fail(request, ErrorCode.Unauthenticated, "token");
            return;
        }

        session.RenewToken(token.ExpiresAt);
        session.Answer(request, new ServerFrame { Ok = new() { ExpiresAt = (ulong)token.ExpiresAt } });
    }
}
