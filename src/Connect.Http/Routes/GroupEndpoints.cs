using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Conversations.Groups;
using Connect.Doors.Problems;
using Connect.Http.Bodies;
using Connect.Http.Pipeline;
using Connect.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Connect.Http.Routes;

/// <summary>Groups under <c>/v1/conversations</c>: create, rename, add, remove, roles, leave.</summary>
internal static class GroupEndpoints
{
    private const string KeyHeader = "Idempotency-Key";
    private const string KeyText = "A UUIDv7 of the caller's choice, the same on a retry.";

    /// <summary>The example of an answer to a change.</summary>
    internal const string Changed = """
        {"conversation":"AAB1c2V0cyBvZiBhIGdyb3VwIQ","seq":7,"time":1795000000123}
        """;

    private const string Again =
        "`Idempotency-Key` is a UUIDv7 of the caller's choice: a repeat changes nothing and gets the first answer.";

    public static void MapGroups(this IEndpointRouteBuilder routes)
    {
        MapCreate(routes);
        MapChange(routes.MapPut("/v1/conversations/{id}/title", RenameAsync), "set_title", "Rename a group")
            .WithDescription("For the owner and admins.")
            .WithExample("""{"title":"Better plans"}""", Changed)
            .Refuses(ErrorCode.TooLarge);
        MapChange(routes.MapPost("/v1/conversations/{id}/members", AddAsync), "add_members", "Add users to a group")
            .WithDescription(
                "For the owner and admins. Contacts become members at once; others get an invite. Existing members "
                    + "are skipped. "
                    + Again
            )
            .Refuses(ErrorCode.GroupFull, ErrorCode.RateLimited, ErrorCode.TooLarge, ErrorCode.TooOld)
            .Refuses(ErrorCode.Conflict)
            .WithExample(
                """{"users":["AABsG7n1Xr2m0pWqT5cZ4w"]}""",
                """
                {"conversation":"AAB1c2V0cyBvZiBhIGdyb3VwIQ","seq":7,"time":1795000000123,
                "added":["AABsG7n1Xr2m0pWqT5cZ4w"],"invited":["AACw9dT0b2xkIGZyaWVuZHMgMg"]}
                """
            )
            .WithParameter(KeyHeader, KeyText);
        MapChange(
                routes.MapDelete("/v1/conversations/{id}/members/{user}", RemoveAsync),
                "remove_member",
                "Remove a member, or leave"
            )
            .WithDescription(
                "The owner and admins remove members of a lower role; members leave by naming themselves. When the "
                    + "owner leaves, the longest-standing admin takes over, else the longest-standing member. When "
                    + "the last member leaves, the group's key is destroyed: nobody can read it any more."
            )
            .OfUser()
            .WithExample(answer: Changed);
        MapChange(routes.MapPut("/v1/conversations/{id}/members/{user}/role", RoleAsync), "set_role", "Set a role")
            .WithDescription(
                "The owner and admins assign roles up to their own to members of a lower role. An owner who hands "
                    + "over ownership becomes an admin."
            )
            .OfUser()
            .WithExample("""{"role":"admin"}""", Changed);
    }

    private static void MapCreate(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/v1/conversations", CreateAsync)
            .WithName("create_group")
            .WithTags("groups")
            .WithSummary("Create a group")
            .WithDescription(
                "The caller becomes its owner. Contacts become members at once; others get an invite. " + Again
            )
            .Produces<ChangeResponse>(StatusCodes.Status201Created)
            .Produces<ChangeResponse>()
            .NeedsParameter(KeyHeader)
            .WithExample(
                """{"title":"Plans","members":["AABsG7n1Xr2m0pWqT5cZ4w"]}""",
                """
                {"conversation":"AAB1c2V0cyBvZiBhIGdyb3VwIQ","seq":1,"time":1795000000123,
                "added":["AACw9dT0b2xkIGZyaWVuZHMgMg"],"invited":["AABsG7n1Xr2m0pWqT5cZ4w"]}
                """
            )
            .WithParameter(KeyHeader, KeyText)
            .NeedsBearer()
            .Refuses(ErrorCode.Invalid, ErrorCode.TooLarge, ErrorCode.Forbidden, ErrorCode.GroupFull)
            .Refuses(ErrorCode.Conflict, ErrorCode.TooOld, ErrorCode.RateLimited)
            .Refuses(ErrorCode.Unavailable, ErrorCode.UnknownOutcome);

    private static RouteHandlerBuilder MapChange(RouteHandlerBuilder route, string name, string summary) =>
        route
            .WithName(name)
            .WithTags("groups")
            .WithSummary(summary)
            .Produces<ChangeResponse>()
            .OfConversation()
            .NeedsBearer()
            .Refuses(ErrorCode.Invalid, ErrorCode.NotFound, ErrorCode.NotMember, ErrorCode.Forbidden)
            .Refuses(ErrorCode.Unavailable, ErrorCode.UnknownOutcome);

    internal static async Task<IResult> CreateAsync(
        [FromHeader(Name = KeyHeader)] string? key,
        GroupRequest body,
        Caller caller,
        GroupChanges groups,
        CancellationToken cancellationToken
    )
    {
        if (!ChangeKey.TryRead(key, out var cid))
        {
            return Problems.Result(ErrorCode.Invalid, "A UUIDv7 is needed.", KeyHeader);
        }

        if (GroupTitle.Check(body.Title) is { } wrong)
        {
            return Problems.Result(wrong);
        }

        const int Others = ProtocolLimits.GroupMembers - 1;
        var read = await groups.ReadAsync(caller.User, body.Members ?? [], Others, "members", cancellationToken);
        if (!read.TryGet(out var newcomers, out var refusal))
        {
            return Problems.Result(refusal);
        }

        var request = new ChangeRequest(
            caller.User,
            cid,
            ChangeKind.Create,
            Title: body.Title,
            Add: newcomers.Add,
            Invite: newcomers.Invite
        );
        return await AnswerAsync(groups.ChangeAsync(GroupIds.Derive(caller.User, cid), request), created: true);
    }

    internal static Task<IResult> RenameAsync(
        string id,
        TitleRequest body,
        Caller caller,
        GroupChanges groups,
        TimeProvider time
    ) =>
        GroupTitle.Check(body.Title) is { } wrong
            ? Task.FromResult(Problems.Result(wrong))
            : ChangeAsync(id, new(caller.User, ChangeKey.New(time), ChangeKind.SetTitle, Title: body.Title), groups);

    internal static async Task<IResult> AddAsync(
        string id,
        [FromHeader(Name = KeyHeader)] string? key,
        MembersRequest body,
        Caller caller,
        GroupChanges groups,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var cid = ChangeKey.New(time);
        if (key is not null && !ChangeKey.TryRead(key, out cid))
        {
            return Problems.Result(ErrorCode.Invalid, "A UUIDv7 is needed.", KeyHeader);
        }

        const int Others = ProtocolLimits.GroupMembers - 1;
        var read = await groups.ReadAsync(caller.User, body.Users, Others, "users", cancellationToken);
        if (!read.TryGet(out var newcomers, out var refusal))
        {
            return Problems.Result(refusal);
        }

        if (newcomers.Add.IsEmpty && newcomers.Invite.IsEmpty)
        {
            return Problems.Result(ErrorCode.Invalid, "Say whom to add.", "users");
        }

        return await ChangeAsync(
            id,
            new(caller.User, cid, ChangeKind.Add, Add: newcomers.Add, Invite: newcomers.Invite),
            groups
        );
    }

    internal static Task<IResult> RemoveAsync(
        string id,
        string user,
        Caller caller,
        GroupChanges groups,
        TimeProvider time
    )
    {
        // A malformed id is treated like a user who is not a member.
        _ = UserId.TryParse(user, out var other);
        var kind = other == caller.User ? ChangeKind.Leave : ChangeKind.Remove;
        return ChangeAsync(id, new(caller.User, ChangeKey.New(time), kind, other), groups);
    }

    internal static Task<IResult> RoleAsync(
        string id,
        string user,
        RoleRequest body,
        Caller caller,
        GroupChanges groups,
        TimeProvider time
    )
    {
        if (!RoleNames.TryParse(body.Role, out var role))
        {
            return Task.FromResult(Problems.Result(ErrorCode.Invalid, "member, admin or owner.", "role"));
        }

        _ = UserId.TryParse(user, out var other);
        return ChangeAsync(id, new(caller.User, ChangeKey.New(time), ChangeKind.SetRole, other, role), groups);
    }

    internal static Task<IResult> ChangeAsync(string id, ChangeRequest request, GroupChanges groups) =>
        ConversationId.TryParse(id, out var conversation)
            ? AnswerAsync(groups.ChangeAsync(conversation, request), created: false)
            : Task.FromResult(Problems.Result(ErrorCode.NotFound));

    private static async Task<IResult> AnswerAsync(Task<Answer<GroupChanged>> answer, bool created)
    {
        if (!(await answer).TryGet(out var changed, out var refusal))
        {
            return Problems.Result(refusal);
        }

        var (request, reply) = (changed.Request, changed.Reply);
        var response = new ChangeResponse(
            changed.Conversation.ToString(),
            reply.Seq == 0 ? null : reply.Seq,
            reply.Seq == 0 ? null : reply.Time,
            request.Add.IsDefault ? null : [.. request.Add.Select(user => user.ToString())],
            request.Invite.IsDefault ? null : [.. request.Invite.Select(each => each.User.ToString())]
        );
        var isNew = created && reply.Status == AppendStatus.Committed;
        return TypedResults.Json(
            response,
            HttpJsonContext.Default.ChangeResponse,
            statusCode: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK
        );
    }
}

/// <summary>The idempotency key of a change.</summary>
internal static class ChangeKey
{
    /// <summary>Parses the header, whose draft puts the value in quotes; most clients leave them out.</summary>
    public static bool TryRead(string? header, out Cid cid) => Cid.TryParse(header?.Trim('"'), out cid);

    /// <summary>A fresh key, for changes that are idempotent by nature.</summary>
    public static Cid New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));
}
