using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Conversations.Lists;
using Connect.Conversations.Requests;
using Connect.Doors.Problems;
using Connect.Doors.Wire;
using Connect.Http.Bodies;
using Connect.Http.Pipeline;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Connect.Http.Routes;

/// <summary><c>/v1/conversations</c>: the list, and one of it.</summary>
internal static class ConversationEndpoints
{
    private const string Summary = """
        {"id":"AAD4ZlE2cYQ0mJ0bq3uKfw","kind":"direct","member_count":2,"role":"member","head":1,
        "last":{"conversation":"AAD4ZlE2cYQ0mJ0bq3uKfw","seq":1,"time":1795000000123,
        "cid":"019e1c5e-8a11-7b0c-9b1e-0d8f6a2b3c4d","from":"AACKm2Vb0Ckz3oUuV1Yg7A","kind":"message","text":"hello"},
        "delivered":1,"read":1,"peer":"AABsG7n1Xr2m0pWqT5cZ4w","peer_username":"bob",
        "others":[{"user":"AABsG7n1Xr2m0pWqT5cZ4w"}]}
        """;

    public static void MapConversations(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/conversations", ListAsync)
            .WithName("list_conversations")
            .WithTags("conversations")
            .WithSummary("My conversations, newest activity first")
            .WithDescription(
                "`after` is the `next` of the previous page; `limit` is 1 to 200, 50 when absent. `filter` is "
                    + "`accepted` (without message requests), `requests` or `hidden`; without it, everything that is "
                    + "not hidden. A conversation that moves between pages may appear twice: the later one counts."
            )
            .AnswersFrame(ConversationsPage.Descriptor)
            .WithExample(answer: $$"""{"items":[{{Summary}}]}""")
            .WithParameter("after", "The `next` of the previous page; absent for the first.")
            .WithParameter("limit", "1 to 200; 50 when absent.")
            .WithParameter("filter", "`accepted`, `requests` or `hidden`; absent for everything not hidden.")
            .NeedsBearer()
            .LimitedBy(HttpRate.Reads)
            .Refuses(ErrorCode.Invalid);
        routes
            .MapGet("/v1/conversations/{id}", GetAsync)
            .WithName("get_conversation")
            .WithTags("conversations")
            .WithSummary("One of my conversations")
            .WithDescription(
                "As in the list, also when it is hidden. `not_found` for a conversation that does not exist and for "
                    + "one that the caller is not in."
            )
            .AnswersFrame(ConversationSummary.Descriptor)
            .WithExample(answer: Summary)
            .OfConversation()
            .NeedsBearer()
            .LimitedBy(HttpRate.Reads)
            .Refuses(ErrorCode.NotFound);
        routes
            .MapPatch("/v1/conversations/{id}", ChangeAsync)
            .WithName("change_conversation")
            .WithTags("conversations")
            .WithSummary("Mute or hide a conversation, accept or decline a message request")
            .WithDescription(
                "Absent fields keep their value; the caller's other devices are notified. `request`: until the caller "
                    + "accepts or replies, the sender gets no receipts; declining takes the conversation off the "
                    + "caller's list without telling the sender. `muted_until` is a time, 0 unmutes; clients decide "
                    + "what muting means. A `hidden` conversation stays off the list until an entry above `seen` "
                    + "arrives; `seen` defaults to the head."
            )
            .Produces(StatusCodes.Status204NoContent)
            .WithExample("""{"muted_until":1795600000000}""")
            .OfConversation()
            .NeedsBearer()
            .Refuses(ErrorCode.Invalid, ErrorCode.NotFound, ErrorCode.Conflict);
    }

    internal static async Task<IResult> ChangeAsync(
        string id,
        ConversationPatch body,
        Caller caller,
        DirectRequests requests,
        ConversationPreferences preferences,
        CancellationToken cancellationToken
    )
    {
        var changesPreferences = (body.MutedUntil, body.Hidden, body.Seen) != default;
        if (body.Request is not ("accept" or "decline") && (body.Request is not null || !changesPreferences))
        {
            return Problems.Result(ErrorCode.Invalid, "`accept` or `decline`.", "request");
        }

        if (!ConversationId.TryParse(id, out var conversation))
        {
            return Problems.Result(ErrorCode.NotFound);
        }

        // Preferences first: only they can be invalid, and a declined conversation no longer has any.
        Refusal? refusal = null;
        if (changesPreferences)
        {
            var (until, hidden, seen) = (body.MutedUntil, body.Hidden, body.Seen);
            refusal = await preferences.ChooseAsync(caller.User, conversation, until, hidden, seen, cancellationToken);
        }

        if (refusal is null && body.Request is not null)
        {
            var accepts = body.Request == "accept";
            refusal = await requests.AnswerAsync(caller.User, conversation, accepts, cancellationToken);
        }

        return DeviceEndpoints.Done(refusal);
    }

    internal static async Task<IResult> ListAsync(
        string? after,
        uint? limit,
        string? filter,
        Caller caller,
        ConversationList list
    )
    {
        if (limit == 0)
        {
            return Problems.Result(ErrorCode.Invalid, "1 to 200.", "limit");
        }

        if (!TryParse(filter, out var parsed))
        {
            return Problems.Result(ErrorCode.Invalid, "`accepted`, `requests` or `hidden`.", "filter");
        }

        var asked = new ListQuestion(after ?? "", limit ?? 0, parsed, []);
        var answer = await list.ReadAsync(caller.User, asked);
        return answer.TryGet(out var page, out var refusal)
            ? TypedResults.Json(page.ToWire(), BodyJson.ConversationsPage)
            : Problems.Result(refusal);
    }

    private static bool TryParse(string? filter, out ListFilter parsed)
    {
        parsed = filter switch
        {
            "accepted" => ListFilter.Accepted,
            "requests" => ListFilter.Requests,
            "hidden" => ListFilter.Hidden,
            _ => ListFilter.None,
        };
        return filter is null || parsed != ListFilter.None;
    }

    internal static async Task<IResult> GetAsync(string id, Caller caller, ConversationList list)
    {
        var answer = await list.ReadAsync(caller.User, new("", 0, ListFilter.None, [id]));
        if (!answer.TryGet(out var page, out var refusal))
        {
            return Problems.Result(refusal);
        }

        return page.Items is [var summary]
            ? TypedResults.Json(summary.ToWire(), BodyJson.ConversationSummary)
            : Problems.Result(ErrorCode.NotFound);
    }
}
