using Connect.Accounts.Names;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Conversations.Groups;
using Connect.Doors.Problems;
using Connect.Http.Bodies;
using Connect.Http.Pipeline;
using Connect.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Connect.Http.Routes;

/// <summary><c>/v1/invites</c>: one's own; and those of a group under <c>/v1/conversations/{id}/invites</c>.</summary>
internal static class InviteEndpoints
{
    public static void MapInvites(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/invites", ListAsync)
            .WithName("list_invites")
            .WithTags("groups")
            .WithSummary("My pending invites")
            .WithDescription(
                "Newest first. Title, inviter and member count are all that an invited user sees of a group. "
                    + "`after` is the `next` of the page before; without `next` nothing follows."
            )
            .WithParameter("after", "The `next` of the page before; absent for the first page.")
            .WithParameter("limit", "1 to 200; 200 when absent.")
            .Produces<InvitesResponse>()
            .WithExample(
                answer: """
                {"invites":[{"conversation":"AAB1c2V0cyBvZiBhIGdyb3VwIQ","title":"Plans","member_count":3,
                "invited_by":"AACKm2Vb0Ckz3oUuV1Yg7A","invited_by_username":"alice","invited_at":1795000000123,
                "expires_at":1797592000123}]}
                """
            )
            .NeedsBearer()
            .LimitedBy(HttpRate.Reads)
            .Refuses(ErrorCode.Invalid);
        Map(routes.MapPost("/v1/invites/{id}/accept", AcceptAsync), "accept_invite", "Join a group I am invited to")
            .WithDescription("The caller reads what comes from then on. An invite lapses after 30 days: `not_found`.");
        Map(routes.MapPost("/v1/invites/{id}/decline", DeclineAsync), "decline_invite", "Decline an invite")
            .WithDescription("The group sees that the invite has ended. Anybody who may invite can do so again.");
        Map(
                routes.MapDelete("/v1/conversations/{id}/invites/{user}", WithdrawAsync),
                "withdraw_invite",
                "Withdraw an invite"
            )
            .WithDescription("For whoever sent it, the owner and admins.")
            .OfUser();
    }

    private static RouteHandlerBuilder Map(RouteHandlerBuilder route, string name, string summary) =>
        route
            .WithName(name)
            .WithTags("groups")
            .WithSummary(summary)
            .Produces<ChangeResponse>()
            .WithExample(answer: GroupEndpoints.Changed)
            .OfConversation()
            .NeedsBearer()
            .Refuses(ErrorCode.Invalid, ErrorCode.NotFound, ErrorCode.NotMember, ErrorCode.Forbidden)
            .Refuses(ErrorCode.RateLimited, ErrorCode.Unavailable, ErrorCode.UnknownOutcome);

    internal static async Task<IResult> ListAsync(
        string? after,
        uint? limit,
        Caller caller,
        Invites invites,
        KnownUsers users,
        CancellationToken cancellationToken
    )
    {
        if (limit == 0)
        {
            return Problems.Result(ErrorCode.Invalid, "1 to 200.", "limit");
        }

        var answer = await invites.ListAsync(caller.User, after ?? "", limit ?? 0, cancellationToken);
        if (!answer.TryGet(out var page, out var refusal))
        {
            return Problems.Result(refusal);
        }

        var shown = new List<InviteResponse>(page.Invites.Length);
        foreach (var invite in page.Invites)
        {
            shown.Add(
                new(
                    invite.Conversation.ToString(),
                    invite.Title ?? "",
                    invite.MemberCount,
                    invite.Invitation.By.ToString(),
                    await users.FindNameAsync(invite.Invitation.By),
                    invite.Invitation.Time,
                    invite.Invitation.Time + (long)ProtocolLimits.InviteLifetime.TotalMilliseconds
                )
            );
        }

        var next = page.Next.Length == 0 ? null : page.Next;
        return TypedResults.Json(new InvitesResponse(shown, next), HttpJsonContext.Default.InvitesResponse);
    }

    internal static Task<IResult> AcceptAsync(string id, Caller caller, GroupChanges groups, TimeProvider time) =>
        GroupEndpoints.ChangeAsync(id, new(caller.User, ChangeKey.New(time), ChangeKind.AcceptInvite), groups);

    internal static Task<IResult> DeclineAsync(string id, Caller caller, GroupChanges groups, TimeProvider time) =>
        GroupEndpoints.ChangeAsync(id, new(caller.User, ChangeKey.New(time), ChangeKind.DeclineInvite), groups);

    internal static Task<IResult> WithdrawAsync(
        string id,
        string user,
        Caller caller,
        GroupChanges groups,
        TimeProvider time
    )
    {
        _ = UserId.TryParse(user, out var other);
        var request = new ChangeRequest(caller.User, ChangeKey.New(time), ChangeKind.WithdrawInvite, other);
        return GroupEndpoints.ChangeAsync(id, request, groups);
    }
}
