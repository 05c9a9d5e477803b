using Connect.Accounts.Identity;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Doors.Limits;
using Connect.Doors.Problems;
using Connect.Http.Bodies;
using Connect.Http.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Connect.Http.Routes;

/// <summary><c>/v1/tokens</c>: login, refresh, logout.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/v1/tokens", CreateAsync)
            .WithName("create_tokens")
            .WithTags("tokens")
            .WithSummary("Log in with a password, or exchange a refresh token")
            .WithDescription(
                "`grant: password` with `username` and `password` logs a device in; `grant: refresh` with "
                    + "`refresh_token` gets the next pair. A refresh token is for one use: it stays valid until its "
                    + "successor is first used; using it later ends the login. A login with the `device_id` of a "
                    + "device of the user replaces that device's login."
            )
            .Produces<TokenResponse>()
            .WithExample(
                """{"grant":"password","username":"alice","password":"correct horse battery","device_name":"laptop"}""",
                """
                {"access_token":"eyJhbGciOiJFUzI1NiIs...","expires_at":1795000900123,"refresh_token":"kT0vS1mYc7...",
                "user":"AACKm2Vb0Ckz3oUuV1Yg7A","device":"AADq3Jw8mT5rVb1nXk9LfA"}
                """
            )
            .Refuses(ErrorCode.Invalid, ErrorCode.Unauthenticated, ErrorCode.TooLarge)
            .Refuses(ErrorCode.Overloaded, ErrorCode.Unavailable);
        routes
            .MapDelete("/v1/tokens", EndAsync)
            .WithName("end_tokens")
            .WithTags("tokens")
            .WithSummary("Log this device out, or all of them")
            .WithDescription(
                "With `everywhere=true` all of the user's devices, including those logged in through an external "
                    + "issuer. Their sessions close with 4501 within 5 seconds, and all their tokens are refused from "
                    + "then on."
            )
            .Produces(StatusCodes.Status204NoContent)
            .WithParameter("everywhere", "`true` ends the logins of all devices of the user.")
            .NeedsBearer()
            .Refuses(ErrorCode.Forbidden, ErrorCode.Unavailable);
    }

    internal static async Task<IResult> CreateAsync(
        TokenRequest body,
        Logins logins,
        RateLimits limits,
        LoginRates rates,
        ILogger<TokenRequest> log,
        HttpContext context
    )
    {
        // RFC 6749, 5.1: intermediaries must not cache tokens.
        context.Response.Headers.CacheControl = "no-store";
        switch (body.Grant)
        {
            case "password":
                if (Missing(("username", body.Username), ("password", body.Password)) is { } absent)
                {
                    return absent;
                }

                return TryReadDevice(body.DeviceId, out var device)
                    ? await LoginAsync(body, device, logins, rates, log, context)
                    : Problems.Result(ErrorCode.Invalid, "This is not the id of a device.", "device_id");
            case "refresh":
                var wait = limits.Refreshes.Take(ClientAddress.Of(context.Connection.RemoteIpAddress));
                if (wait > TimeSpan.Zero)
                {
                    return Problems.Result(RateLimits.Refuse(wait));
                }

                return Missing(("refresh_token", body.RefreshToken))
                    ?? Answer(await logins.RefreshAsync(body.RefreshToken!, context.RequestAborted));
            default:
                return Problems.Result(ErrorCode.Invalid, "A grant is 'password' or 'refresh'.", "grant");
        }
    }

    private static async Task<IResult> LoginAsync(
        TokenRequest body,
        DeviceId device,
        Logins logins,
        LoginRates rates,
        ILogger<TokenRequest> log,
        HttpContext context
    )
    {
        var address = ClientAddress.Of(context.Connection.RemoteIpAddress);
        if (await rates.BeginAsync(address, body.Username!, context.RequestAborted) is { } tooFast)
        {
            return Problems.Result(tooFast);
        }

        var failed = false;
        try
        {
            var login = await logins.LoginAsync(
                body.Username!,
                body.Password!,
                body.DeviceName,
                device,
                context.RequestAborted
            );
            failed = !login.TryGet(out _, out var refusal) && refusal.Reason == RefusalReason.Unauthenticated;
            return Answer(login);
        }
        finally
        {
            rates.End(address, body.Username!, failed);
            if (failed)
            {
                log.LoginRefused(context.Connection.RemoteIpAddress);
            }
        }
    }

    internal static async Task<IResult> EndAsync(
        bool? everywhere,
        Caller caller,
        LoginRevoker revoker,
        CancellationToken cancellationToken
    ) =>
        DeviceEndpoints.Done(
            everywhere == true
                ? await revoker.LogoutEverywhereAsync(caller.User, cancellationToken)
                : await revoker.LogoutAsync(caller.User, caller.Device, cancellationToken)
        );

    private static bool TryReadDevice(string? text, out DeviceId device)
    {
        device = default;
        return string.IsNullOrEmpty(text) || DeviceId.TryParse(text, out device);
    }

    private static IResult? Missing(params ReadOnlySpan<(string Name, string? Value)> fields)
    {
        foreach (var (name, value) in fields)
        {
            if (string.IsNullOrEmpty(value))
            {
                return Problems.Result(ErrorCode.Invalid, "This field is needed.", name);
            }
        }

        return null;
    }

    private static IResult Answer(Answer<IssuedTokens> answer) =>
        answer.TryGet(out var tokens, out var refusal)
            ? TypedResults.Json(
                new TokenResponse(
                    tokens.AccessToken,
                    tokens.ExpiresAt,
                    tokens.RefreshToken,
                    tokens.User.ToString(),
                    tokens.Device.ToString()
                ),
                HttpJsonContext.Default.TokenResponse
            )
            : Problems.Result(refusal);
}
