using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;
using Connect.Conversations.History;
using Connect.Conversations.Sending;
using Connect.Doors.Limits;
using Connect.Doors.Problems;
using Connect.Doors.Wire;
using Connect.Http.Bodies;
using Connect.Http.Pipeline;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using AppendStatus = Connect.Contracts.Conversations.AppendStatus;

namespace Connect.Http.Routes;

/// <summary><c>/v1/conversations/{id}/messages</c>: a send without a session.</summary>
internal static class MessageEndpoints
{
    private const string KeyHeader = "Idempotency-Key";

    public static void MapMessages(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/v1/conversations/{id}/messages", SendAsync)
            .WithName("send_message")
            .WithTags("conversations")
            .WithSummary("Send a message")
            .WithDescription(
                "`Idempotency-Key` is the message's cid, a UUIDv7: a repeat gets the same seq with status 200. Answers "
                    + "once the message is durable. For a direct conversation that may not have begun, name the other "
                    + "user in `to`; its id is the `direct` of `GET /v1/users`. After `unknown_outcome`, retry with "
                    + "the same cid."
            )
            .AnswersFrame(Sent.Descriptor, StatusCodes.Status201Created, StatusCodes.Status200OK)
            .WithExample(
                """{"text":"hello","to":"AABsG7n1Xr2m0pWqT5cZ4w"}""",
                """
                {"cid":"019e1c5e-8a11-7b0c-9b1e-0d8f6a2b3c4d","conversation":"AAD4ZlE2cYQ0mJ0bq3uKfw","seq":1,
                "time":1795000000123}
                """
            )
            .OfConversation()
            .WithParameter(KeyHeader, "The message's cid, a UUIDv7.")
            .NeedsParameter(KeyHeader)
            .NeedsBearer()
            .Refuses(ErrorCode.Invalid, ErrorCode.TooLarge, ErrorCode.NotFound, ErrorCode.Forbidden)
            .Refuses(ErrorCode.NotMember, ErrorCode.Conflict, ErrorCode.Predecessor, ErrorCode.TooOld)
            .Refuses(ErrorCode.Unavailable, ErrorCode.UnknownOutcome);

    internal static async Task<IResult> SendAsync(
        string id,
        [FromHeader(Name = KeyHeader)] string? cid,
        MessageRequest body,
        Caller caller,
        MessageSending sending,
        IDirectConversationIds directIds,
        RateLimits rates
    )
    {
        if (body.Seen is < 0 or >= ReadingOptions.NumberLimit)
        {
            return Problems.Result(ErrorCode.Invalid, "A seq is from 0 to 2^53 - 1.", "seen");
        }

        var hasPeer = !string.IsNullOrEmpty(body.To);
        var draft = new MessageDraft(
            hasPeer ? "" : id,
            body.To ?? "",
            // The header's draft puts the value in quotes; most clients leave them out.
            cid?.Trim('"') ?? "",
            body.Text,
            body.After ?? "",
            (ulong)body.Seen
        );
        if (!sending.TryRead(caller.User, draft, directIds, out var message, out var refusal))
        {
            // A malformed id gets the answer of an unknown one, which names no field.
            var field = refusal.Field switch
            {
                "cid" => KeyHeader,
                "conversation" => null,
                var other => other,
            };
            return Problems.Result(refusal with { Field = field });
        }

        var wait = rates.TakeSend(caller.User);
        wait = wait == TimeSpan.Zero ? rates.TakeSend(message.Conversation) : wait;
        if (wait > TimeSpan.Zero)
        {
            return Problems.Result(RateLimits.Refuse(wait));
        }

        if (hasPeer && message.Conversation.ToString() != id)
        {
            return Problems.Result(ErrorCode.Invalid, "This is not the direct conversation with that user.", "to");
        }

        return Answer(message, await sending.AppendAsync(caller.User, default, [message]));
    }

    private static IResult Answer(OutgoingMessage message, SendReply reply)
    {
        if (reply.ReasonOf(0, message) is not RefusalReason.None and var reason)
        {
            var names = reason == RefusalReason.Forbidden && !message.Peer.IsNone;
            return Problems.Result(reason.ToErrorCode(), field: names ? "to" : null);
        }

        var result = reply.Results[0];
        return TypedResults.Json(
            result.ToSent(message.Conversation, message.Item.Cid),
            BodyJson.Sent,
            statusCode: result.Status == AppendStatus.Duplicate ? StatusCodes.Status200OK : StatusCodes.Status201Created
        );
    }
}
