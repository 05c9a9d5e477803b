using Connect.Accounts.Identity;
using Connect.Contracts.Accounts;
using Connect.Contracts.Storage;
using Connect.Doors.Problems;
using Connect.Http.Bodies;
using Connect.Http.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Connect.Http.Routes;

/// <summary><c>/v1/users?username=</c>: the exact name or nothing.</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/v1/users", FindAsync)
            .WithName("find_user")
            .WithTags("users")
            .WithSummary("Find a user by exact name")
            .WithDescription(
                "There is no search. `direct` is the id of the direct conversation with them, which begins with its "
                    + "first message; absent for the caller's own name."
            )
            .Produces<UserResponse>()
            .WithExample(
                answer: """{"id":"AABsG7n1Xr2m0pWqT5cZ4w","username":"bob","direct":"AAD4ZlE2cYQ0mJ0bq3uKfw"}"""
            )
            .WithParameter("username", "The exact name, in any case.")
            .NeedsParameter("username")
            .NeedsBearer()
            .LimitedBy(HttpRate.Lookups)
            .Refuses(ErrorCode.Invalid, ErrorCode.NotFound);

    internal static async Task<IResult> FindAsync(
        string? username,
        Caller caller,
        IUserStore users,
        IDirectConversationIds directIds,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrEmpty(username))
        {
            return Problems.Result(ErrorCode.Invalid, "Say which username.", "username");
        }

        var account = Username.TryNormalize(username, out var normalized)
            ? await users.FindByUsernameAsync(normalized, cancellationToken)
            : null;
        if (account is null or { DeletingSince: > 0 })
        {
            return Problems.Result(ErrorCode.NotFound, "There is no user of this name.");
        }

        var direct = account.User == caller.User ? null : directIds.Derive(caller.User, account.User).ToString();
        return TypedResults.Json(
            new UserResponse(account.User.ToString(), account.Username, direct),
            HttpJsonContext.Default.UserResponse
        );
    }
}
