using Connect.Contracts.Accounts;
using Connect.Doors.Problems;
using Connect.Http.Bodies;
using Connect.Http.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Connect.Http.Routes;

/// <summary><c>/v1/me</c>.</summary>
internal static class MeEndpoints
{
    public static void MapMe(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/v1/me", GetAsync)
            .WithName("me")
            .WithTags("accounts")
            .WithSummary("Who am I")
            .Produces<MeResponse>()
            .NeedsBearer();

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
}
