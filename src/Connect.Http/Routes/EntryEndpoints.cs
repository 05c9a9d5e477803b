using Connect.Conversations.History;
using Connect.Doors.Problems;
using Connect.Doors.Wire;
using Connect.Http.Pipeline;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Connect.Http.Routes;

/// <summary><c>/v1/conversations/{id}/entries</c>: the history, and who has read of it.</summary>
internal static class EntryEndpoints
{
    public static void MapEntries(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/conversations/{id}/entries/{seq}/readers", ReadReadersAsync)
            .WithName("read_readers")
            .WithTags("conversations")
            .WithSummary("Who holds an entry and has read it")
            .WithDescription(
                "The marks of the other members who could see it, but of the one who wrote it. Whoever hides what they "
                    + "read, from whom the caller hides it, or who is blocked has no `read` or no marks here."
            )
            .AnswersFrame(Readers.Descriptor)
            .NeedsBearer()
            .LimitedBy(HttpRate.Reads)
            .Refuses(ErrorCode.Invalid, ErrorCode.NotFound, ErrorCode.NotMember);
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
    }

    internal static async Task<IResult> ReadReadersAsync(string id, ulong seq, Caller caller, EntryReaders readers)
    {
        var answer = await readers.ReadAsync(caller.User, id, seq);
        return answer.TryGet(out var found, out var refusal)
            ? TypedResults.Json(found.ToWire(), BodyJson.Readers)
            : Problems.Result(refusal);
    }

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

        var answer = await history.ReadAsync(caller.User, new(id, before ?? 0, after ?? 0, around ?? 0, limit ?? 0));
        return answer.TryGet(out var page, out var refusal)
            ? TypedResults.Json(page.ToWire(), BodyJson.HistoryPage)
            : Problems.Result(refusal);
    }
}
