using Connect.Accounts.Deletion;
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

/// <summary><c>/v1/me/export</c> and <c>DELETE /v1/me</c>.</summary>
internal static class AccountLifeEndpoints
{
    public static void MapAccountLife(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/me/export", ExportAsync)
            .WithName("export_account")
            .LimitedBy(HttpRate.Exports)
            .WithTags("accounts")
            .WithSummary("All that is kept of me, as JSON")
            .WithDescription(
                "One object, streamed: `account`, `devices`, and `conversations`, each with its `summary` (as in the "
                    + "list, with the marks) and all `entries` that the caller may see, oldest first. One at a time "
                    + "for a user. A connection that ends before the object does says that it is not whole."
            )
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .NeedsBearer()
            .LimitedBy(HttpRate.Exports)
            .Refuses(ErrorCode.RateLimited, ErrorCode.Overloaded);
        routes
            .MapDelete("/v1/me", DeleteAsync)
            .WithName("delete_account")
            .WithTags("accounts")
            .WithSummary("Delete my account, for good")
            .WithDescription(
                "Needs the `password`; a user of an outside issuer who has none sends `{}` and a token issued in the "
                    + "last 5 minutes. Begun durably when this answers: all logins are over at once, sessions close "
                    + "with 4502. The rest goes on by itself, over restarts too: all conversations are left (others "
                    + "keep their history; a send to this user is `forbidden`), all rows are deleted, the username "
                    + "is free again, and the user's key is destroyed."
            )
            .Produces(StatusCodes.Status202Accepted)
            .NeedsBearer()
            .Refuses(ErrorCode.Invalid, ErrorCode.Forbidden, ErrorCode.TooLarge)
            .Refuses(ErrorCode.Overloaded, ErrorCode.Unavailable);
    }

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
