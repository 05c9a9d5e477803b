using Connect.Accounts.People;
using Connect.Contracts.Accounts;
using Connect.Doors.Problems;
using Connect.Http.Bodies;
using Connect.Http.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Connect.Http.Routes;

/// <summary><c>/v1/me/privacy</c>: what others see of the caller.</summary>
internal static class PrivacyEndpoints
{
    public static void MapPrivacy(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/me/privacy", GetAsync)
            .WithName("get_privacy")
            .WithTags("people")
            .WithSummary("What others see of me")
            .WithDescription(
                "`presence`: whether contacts see when the caller is online; `read_receipts`: whether others see what "
                    + "the caller has read."
            )
            .WithExample(answer: """{"presence":true,"read_receipts":true}""")
            .Produces<PrivacyBody>()
            .NeedsBearer();
        routes
            .MapPatch("/v1/me/privacy", ChangeAsync)
            .WithName("set_privacy")
            .WithTags("people")
            .WithSummary("Change what others see of me")
            .WithExample("""{"read_receipts":false}""", """{"presence":true,"read_receipts":false}""")
            .WithDescription(
                "Stored with the account. With `presence` off, no contact sees whether the caller is online, and the "
                    + "caller sees nobody's presence. With `read_receipts` off, read receipts go in neither "
                    + "direction; delivery receipts still do. What a client already knows is not taken back."
            )
            .Produces<PrivacyBody>()
            .NeedsBearer()
            .Refuses(ErrorCode.Invalid, ErrorCode.Overloaded);
    }

    internal static async Task<IResult> GetAsync(
        Caller caller,
        IUserStore users,
        CancellationToken cancellationToken
    ) => Show((await users.GetAsync(caller.User, cancellationToken))?.Privacy ?? default);

    internal static async Task<IResult> ChangeAsync(
        PrivacyBody body,
        Caller caller,
        PrivacyChange change,
        CancellationToken cancellationToken
    ) =>
        await change.ChangeAsync(caller.User, !body.Presence, !body.ReadReceipts, cancellationToken) is { } privacy
            ? Show(privacy)
            : Problems.Result(ErrorCode.Overloaded);

    private static JsonHttpResult<PrivacyBody> Show(Privacy privacy) =>
        TypedResults.Json(
            new PrivacyBody(!privacy.HidesPresence, !privacy.HidesReads),
            HttpJsonContext.Default.PrivacyBody
        );
}
