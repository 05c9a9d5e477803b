using Connect.Accounts.Names;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Groups;
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
            .WithDescription("Title, inviter and member count are all that an invited user sees of a group.")
            .Produces<InvitesResponse>()
            .WithExample(
                answer: """
                {"invites":[{"conversation":"AAB1c2V0cyBvZiBhIGdyb3VwIQ","title":"Plans","member_count":3,
                "invited_by":"AACKm2Vb0Ckz3oUuV1Yg7A","invited_by_username":"alice","invited_at":1795000000123,
                "expires_at":1797592000123}]}
                """
            )
            .NeedsBearer();
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
            .Refuses(ErrorCode.Unavailable, ErrorCode.UnknownOutcome);

    internal static async Task<IResult> ListAsync(
        Caller caller,
        IConversationIndex index,
        IConversationReader reader,
        KnownUsers users,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var rows = await index.ListAsync(caller.User, cancellationToken);
        var ids = rows.Select(row => row.Conversation);
        var invites = await reader.ReadInvitesAsync(caller.User, [.. ids], cancellationToken);
        var lifetime = (long)ProtocolLimits.InviteLifetime.TotalMilliseconds;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var shown = new List<InviteResponse>();
        foreach (var invite in invites.OrderByDescending(each => each.Invitation.Time))
        {
            var end = invite.Invitation.Time + lifetime;
            if (end > now)
            {
                shown.Add(
                    new(
                        invite.Conversation.ToString(),
                        invite.Title ?? "",
                        invite.MemberCount,
                        invite.Invitation.By.ToString(),
                        await users.FindNameAsync(invite.Invitation.By),
                        invite.Invitation.Time,
                        end
                    )
                );
            }
        }

        return TypedResults.Json(new InvitesResponse(shown), HttpJsonContext.Default.InvitesResponse);
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
