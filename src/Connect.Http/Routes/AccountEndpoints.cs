using Connect.Accounts.Deletion;
using Connect.Accounts.Identity;
using Connect.Contracts.Accounts;
using Connect.Contracts.Refusals;
using Connect.Doors.Problems;
using Connect.Http.Bodies;
using Connect.Http.Exports;
using Connect.Http.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Connect.Http.Routes;

/// <summary><c>/v1/accounts</c>, <c>/v1/me</c>, <c>/v1/me/export</c>: from registration to deletion.</summary>
internal static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        MapRegistration(routes);
        MapMe(routes);
        MapExportAndDeletion(routes);
    }

    private static void MapRegistration(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/v1/accounts", RegisterAsync)
            .WithName("register")
            .WithTags("accounts")
            .WithSummary("Create an account")
            .WithDescription(
                "Usernames have 3 to 32 characters of a-z, digits, `.`, `_` and `-`; case does not matter. "
                    + "Passwords have 8 to 128 characters; `é` is the same whichever way a keyboard writes it (NFC). "
                    + "The account can log in at once."
            )
            .WithExample(
                """{"username":"alice","password":"correct horse battery"}""",
                """{"user":"AACKm2Vb0Ckz3oUuV1Yg7A"}"""
            )
            .Produces<RegisterResponse>(StatusCodes.Status201Created)
            .LimitedBy(HttpRate.Registrations)
            .Refuses(ErrorCode.Invalid, ErrorCode.Conflict, ErrorCode.TooLarge, ErrorCode.Overloaded);

    private static void MapMe(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/v1/me", GetAsync)
            .WithName("me")
            .WithTags("accounts")
            .WithSummary("Who am I")
            .WithDescription(
                "The caller's own id and name, as they are now. `device` is absent for a token from an external issuer "
                    + "that names none."
            )
            .Produces<MeResponse>()
            .WithExample(
                answer: """
                {"user":"AACKm2Vb0Ckz3oUuV1Yg7A","username":"alice","device":"AADq3Jw8mT5rVb1nXk9LfA",
                "created_at":1795000000000}
                """
            )
            .NeedsBearer();

    private static void MapExportAndDeletion(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/me/export", ExportAsync)
            .WithName("export_account")
            .WithTags("accounts")
            .WithSummary("Export everything stored about me, as JSON")
            .WithDescription(
                "One streamed object: `account`, `devices`, and `conversations`, each with its `summary` (as in the "
                    + "list, with the marks) and all `entries` the caller may see, oldest first. One export at a time "
                    + "per user. An export whose connection ends before the object does is incomplete."
            )
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .NeedsBearer()
            .LimitedBy(HttpRate.Exports)
            .Refuses(ErrorCode.RateLimited, ErrorCode.Overloaded);
        routes
            .MapDelete("/v1/me", DeleteAsync)
            .WithName("delete_account")
            .WithTags("accounts")
            .WithSummary("Delete my account for good")
            .WithExample("""{"password":"correct horse battery"}""")
            .WithDescription(
                "Needs the `password`; a user of an external issuer, who has none, sends `{}` with a token issued in "
                    + "the last 5 minutes. Once this answers, the deletion is durable: all logins are revoked and "
                    + "sessions close with 4502. The rest continues in the background, across restarts: the user "
                    + "leaves all conversations (others keep their history; a send to this user is `forbidden`), all "
                    + "rows are deleted, the username becomes free, and the user's key is destroyed."
            )
            .Produces(StatusCodes.Status202Accepted)
            .NeedsBearer()
            .Refuses(ErrorCode.Invalid, ErrorCode.Forbidden, ErrorCode.TooLarge)
            .Refuses(ErrorCode.Overloaded, ErrorCode.Unavailable);
    }

    internal static async Task<IResult> RegisterAsync(
        RegisterRequest body,
        Registration registration,
        CancellationToken cancellationToken
    )
    {
        var answer = await registration.RegisterAsync(body.Username, body.Password, cancellationToken);
        return answer.TryGet(out var account, out var refusal)
            ? TypedResults.Json(
                new RegisterResponse(account.User.ToString()),
                HttpJsonContext.Default.RegisterResponse,
                statusCode: StatusCodes.Status201Created
            )
            : Problems.Result(refusal);
    }

    internal static async Task<IResult> GetAsync(
        Caller caller,
        IUserStore users,
        CancellationToken cancellationToken
    ) =>
        await users.GetAsync(caller.User, cancellationToken) is { } account
            ? TypedResults.Json(
                new MeResponse(account.User.ToString(), account.Username, DeviceOf(caller), account.CreatedAt),
                HttpJsonContext.Default.MeResponse
            )
            : Problems.Result(ErrorCode.Unauthenticated, "The account is gone.");

    private static string? DeviceOf(Caller caller) => caller.Device.IsNone ? null : caller.Device.ToString();

    internal static async Task<IResult> ExportAsync(
        Caller caller,
        AccountExport export,
        ExportGate gate,
        HttpContext context
    )
    {
        if (!gate.TryEnter(caller.User, out var refusal))
        {
            return Problems.Result(refusal);
        }

        try
        {
            var response = context.Response;
            response.ContentType = "application/json";
            response.Headers.CacheControl = "no-store";
            response.Headers.ContentDisposition = "attachment; filename=\"connect-export.json\"";
            await export.WriteAsync(caller.User, response.BodyWriter, context.RequestAborted);
            return Results.Empty;
        }
        catch (TimeoutException)
        {
            // Half a document: it must not look like a whole one.
            context.Abort();
            return Results.Empty;
        }
        finally
        {
            gate.Leave(caller.User);
        }
    }

    internal static async Task<IResult> DeleteAsync(
        [FromBody] DeleteAccountRequest body,
        Caller caller,
        AccountEnd end,
        PasswordGuesses guesses,
        HttpContext context
    )
    {
        var outside = caller.IsExternal ? caller.IssuedAt : (long?)null;
        var refusal = string.IsNullOrEmpty(body.Password)
            ? await BeginAsync()
            : await guesses.TryAsync(context, caller.User, BeginAsync);
        return refusal is null ? TypedResults.Accepted((string?)null) : Problems.Result(refusal);

        Task<Refusal?> BeginAsync() => end.BeginAsync(caller.User, outside, body.Password, context.RequestAborted);
    }
}
