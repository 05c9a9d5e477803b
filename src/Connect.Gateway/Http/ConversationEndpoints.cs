using Connect.Gateway.Commands;
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
