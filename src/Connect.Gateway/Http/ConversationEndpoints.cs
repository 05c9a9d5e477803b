using Connect.Contracts.Identifiers;
using Connect.Gateway.Commands;
using Connect.Gateway.Http.Bodies;
using Connect.Gateway.People;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Connect.Gateway.Http;

/// <summary><c>/v1/conversations</c>: the list, and one of it.</summary>
internal static class ConversationEndpoints
{
    public static void MapConversations(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/conversations", ListAsync)
            .WithName("list_conversations")
            .WithTags("conversations")
            .WithSummary("My conversations, newest activity first")
            .WithDescription("`after` is the `next` of the page before; `limit` is 1 to 200, 50 when absent.")
            .AnswersFrame(ConversationsPage.Descriptor)
            .NeedsBearer()
            .LimitedBy(HttpRate.Reads)
            .Refuses(ErrorCode.Invalid);
        routes
            .MapGet("/v1/conversations/{id}", GetAsync)
            .WithName("get_conversation")
            .WithTags("conversations")
            .WithSummary("One of my conversations")
            .AnswersFrame(ConversationSummary.Descriptor)
            .NeedsBearer()
            .LimitedBy(HttpRate.Reads)
            .Refuses(ErrorCode.NotFound);
        routes
            .MapPatch("/v1/conversations/{id}", ChangeAsync)
            .WithName("change_conversation")
            .WithTags("conversations")
            .WithSummary("Accept or decline what a stranger wrote")
            .WithDescription(
                "Until the caller accepts or answers, the one who wrote is not told that anything was delivered or "
                    + "read. A declined conversation leaves the caller's list; the other is not told."
            )
            .Produces(StatusCodes.Status204NoContent)
            .NeedsBearer()
            .Refuses(ErrorCode.Invalid, ErrorCode.NotFound, ErrorCode.Conflict);
    }

    internal static async Task<IResult> ChangeAsync(
        string id,
        ConversationPatch body,
        Caller caller,
        DirectRequests requests,
        CancellationToken cancellationToken
    )
    {
        if (body.Request is not ("accept" or "decline"))
        {
            return Problems.Result(ErrorCode.Invalid, "`accept` or `decline`.", "request");
        }

        return ConversationId.TryParse(id, out var conversation)
            ? DeviceEndpoints.Done(
                await requests.AnswerAsync(caller.User, conversation, body.Request == "accept", cancellationToken)
            )
            : Problems.Result(ErrorCode.NotFound);
    }

    internal static async Task<IResult> ListAsync(string? after, uint? limit, Caller caller, ConversationList list)
    {
        if (limit == 0)
        {
            return Problems.Result(ErrorCode.Invalid, "1 to 200.", "limit");
        }

        var answer = await list.ReadAsync(caller.User, new() { After = after ?? "", Limit = limit ?? 0 });
        return answer.TryGet(out var page, out var refusal)
            ? TypedResults.Json(page, BodyJson.ConversationsPage)
            : Problems.Result(refusal);
    }

    internal static async Task<IResult> GetAsync(string id, Caller caller, ConversationList list)
    {
        var answer = await list.ReadAsync(caller.User, new() { Ids = { id } });
        if (!answer.TryGet(out var page, out var refusal))
        {
            return Problems.Result(refusal);
        }

        return page.Items is [var summary]
            ? TypedResults.Json(summary, BodyJson.ConversationSummary)
            : Problems.Result(ErrorCode.NotFound);
    }
}
