using Connect.Accounts.Names;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Doors.Problems;
using Connect.Http.Bodies;
using Connect.Http.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Connect.Http.Routes;

/// <summary><c>GET /v1/conversations/{id}/members</c>.</summary>
internal static class MemberEndpoints
{
    public static void MapMembers(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/v1/conversations/{id}/members", ListAsync)
            .WithName("list_members")
            .WithTags("groups")
            .WithSummary("Who is in a conversation")
            .WithDescription(
                "Members with their roles, invited users, and, without a role, former members whose time in the "
                    + "conversation overlapped the caller's. For members only."
            )
            .Produces<MembersResponse>()
            .WithExample(
                answer: """
                {"members":[{"user":"AACKm2Vb0Ckz3oUuV1Yg7A","username":"alice","role":"owner","since":1},
                {"user":"AABsG7n1Xr2m0pWqT5cZ4w","username":"bob","invited_by":"AACKm2Vb0Ckz3oUuV1Yg7A",
                "invited_at":1795000000123}]}
                """
            )
            .OfConversation()
            .NeedsBearer()
            .Refuses(ErrorCode.NotFound, ErrorCode.NotMember);

    internal static async Task<IResult> ListAsync(
        string id,
        Caller caller,
        IConversationReader reader,
        KnownUsers users,
        CancellationToken cancellationToken
    )
    {
        if (!ConversationId.TryParse(id, out var conversation))
        {
            return Problems.Result(ErrorCode.NotFound);
        }

        if (await reader.ReadMembersAsync(caller.User, conversation, cancellationToken) is not { } members)
        {
            var query = new HistoryQuery(0, 0, 0, 1, 1);
            var access = (await reader.ReadHistoryAsync(caller.User, conversation, query, cancellationToken)).Access;
            return Problems.Result(access == ReadAccess.Former ? ErrorCode.NotMember : ErrorCode.NotFound);
        }

        var shown = new List<MemberResponse>(members.Length);
        foreach (var member in members)
        {
            shown.Add(Show(member, await users.FindNameAsync(member.User)));
        }

        return TypedResults.Json(new MembersResponse(shown), HttpJsonContext.Default.MembersResponse);
    }

    private static MemberResponse Show(Member member, string? username) =>
        new(
            member.User.ToString(),
            username,
            RoleNames.Of(member.Role),
            member.IsPresent ? member.Since : null,
            member.Invitation?.By.ToString(),
            member.Invitation?.Time
        );
}

/// <summary>The names of roles in HTTP bodies, which are those of the wire.</summary>
internal static class RoleNames
{
    public static string? Of(MemberRole role) =>
        role switch
        {
            MemberRole.Member => "member",
            MemberRole.Admin => "admin",
            MemberRole.Owner => "owner",
            _ => null,
        };

    public static bool TryParse(string text, out MemberRole role)
    {
        role = text switch
        {
            "member" => MemberRole.Member,
            "admin" => MemberRole.Admin,
            "owner" => MemberRole.Owner,
            _ => MemberRole.None,
        };
        return role != MemberRole.None;
    }
}
