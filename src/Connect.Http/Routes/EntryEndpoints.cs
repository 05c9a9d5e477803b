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
            .WithSummary("Who has received and read an entry")
            .WithDescription(
                "The marks of the other members who could see it, except its author. Members whose read receipts "
                    + "are off in either direction have no `read`, and blocked users may have no marks at all."
            )
            .AnswersFrame(Readers.Descriptor)
            .WithExample(answer: """{"members":[{"user":"AABsG7n1Xr2m0pWqT5cZ4w","delivered":44,"read":43}]}""")
            .OfConversation()
            .WithParameter("seq", "The entry's seq.")
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
                    + "absent. A page may end early, at 128 KiB; see `has_more_before` and `has_more_after`."
            )
            .AnswersFrame(HistoryPage.Descriptor)
            .WithExample(
                answer: """
                {"conversation":"AAD4ZlE2cYQ0mJ0bq3uKfw","entries":[{"conversation":"AAD4ZlE2cYQ0mJ0bq3uKfw","seq":1,
                "time":1795000000123,"cid":"019e1c5e-8a11-7b0c-9b1e-0d8f6a2b3c4d","from":"AACKm2Vb0Ckz3oUuV1Yg7A",
                "kind":"message","text":"hello"}]}
                """
            )
            .OfConversation()
            .WithParameter("before", "The entries just below this seq.")
            .WithParameter("after", "The entries just above this seq; 0 is the beginning.")
            .WithParameter("around", "The entry with this seq and its neighbours on both sides.")
            .WithParameter("limit", "1 to 200; 50 when absent.")
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

        // On the wire 0 means "not given"; here an explicit "after=0" means from the beginning.
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
