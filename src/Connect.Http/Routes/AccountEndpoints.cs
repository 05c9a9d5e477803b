using Connect.Accounts.Identity;
using Connect.Doors.Problems;
using Connect.Http.Bodies;
using Connect.Http.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Connect.Http.Routes;

/// <summary><c>/v1/accounts</c>.</summary>
internal static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/v1/accounts", RegisterAsync)
            .WithName("register")
            .WithTags("accounts")
            .WithSummary("Make an account")
            .Produces<RegisterResponse>(StatusCodes.Status201Created)
            .LimitedBy(HttpRate.Registrations)
            .Refuses(ErrorCode.Invalid, ErrorCode.Conflict, ErrorCode.TooLarge, ErrorCode.Overloaded);

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
}
