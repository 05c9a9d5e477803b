using Connect.Gateway.Commands;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Connect.Gateway.Http;

/// <summary><c>/v1/conversations/{id}/entries</c>: the history.</summary>
internal static class EntryEndpoints
{
    public static void MapEntries(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/v1/conversations/{id}/entries", ReadAsync)
            .WithName("read_entries")
            .WithTags("conversations")
            .WithSummary("A page of history, ascending")
            .WithDescription(
                "One of `before`, `after` and `around` (a seq), or none for the newest; `limit` is 1 to 200, 50 when "
                    + "absent. A page may end early, at 128 KiB; `has_more_before` and `has_more_after` tell."
            )
            .AnswersFrame(HistoryPage.Descriptor)
            .NeedsBearer()
            .LimitedBy(HttpRate.Reads)
            .Refuses(ErrorCode.Invalid, ErrorCode.NotFound, ErrorCode.NotMember);

    internal static async Task<IResult> ReadAsync(
        string id,
        ulong? before,
        ulong? after,
        ulong? around,
        uint? limit,
        Caller caller,
        ConversationHistory history
    )
    {
        if (limit == 0)
        {
            return Problems.Result(ErrorCode.Invalid, "1 to 200.", "limit");
        }

        if (Math.Max(before ?? 0, Math.Max(after ?? 0, around ?? 0)) >= Connect.Protocol.ProtocolLimits.NumberLimit)
        {
            return Problems.Result(ErrorCode.Invalid, "A seq is below 2^53.");
        }

        // On the wire 0 is "not given"; here "after=0" is said, and means from the beginning.
        if (after == 0 && before is null && around is null)
        {
            (after, around) = (null, 1);
        }

        var answer = await history.ReadAsync(
            caller.User,
            new()
            {
                Conversation = id,
                Before = before ?? 0,
                After = after ?? 0,
                Around = around ?? 0,
                Limit = limit ?? 0,
            }
        );
        return answer.TryGet(out var page, out var refusal)
            ? TypedResults.Json(page, BodyJson.HistoryPage)
            : Problems.Result(refusal);
    }
}
