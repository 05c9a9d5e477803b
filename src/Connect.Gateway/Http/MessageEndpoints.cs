using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Gateway.Commands;
using Connect.Gateway.Http.Bodies;
using Connect.Gateway.Limits;
using Connect.Gateway.Sessions;
using Connect.Protocol;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Connect.Gateway.Http;

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
                "`Idempotency-Key` is the message's cid, a UUIDv7: the same one again gives the same seq and status "
                    + "200. Answered once the message is durable. For a direct conversation that may not have begun "
                    + "give the other user in `to`; the id is the `direct` of `GET /v1/users`. After `unknown_outcome` "
                    + "send the same cid again."
            )
            .AnswersFrame(Sent.Descriptor, StatusCodes.Status201Created, StatusCodes.Status200OK)
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
        SessionServices services
    )
    {
        if (body.Seen is < 0 or >= (long)ProtocolLimits.NumberLimit)
        {
            return Problems.Result(ErrorCode.Invalid, "A seq is from 0 to 2^53 - 1.", "seen");
        }

        var hasPeer = !string.IsNullOrEmpty(body.To);
        var send = new Send
        {
            Conversation = hasPeer ? "" : id,
            To = body.To ?? "",
            // The draft of this header has it in quotes, most clients leave them out.
            Cid = cid?.Trim('"') ?? "",
            Text = body.Text,
            After = body.After ?? "",
            Seen = (ulong)body.Seen,
        };
        if (
            !SendCommand.TryRead(
                caller.User,
                services,
                services.DirectIds,
                send,
                out var conversation,
                out var pending,
                out var error,
                out var field
            )
        )
        {
            // An id that is none has the answer of one that is not there, in which the path is no field.
            field = field switch
            {
                "cid" => KeyHeader,
                "conversation" => null,
                _ => field,
            };
            return Problems.Result(error, field: field);
        }

        var wait = services.Rates.TakeSend(caller.User);
        wait = wait == TimeSpan.Zero ? services.Rates.TakeSend(conversation) : wait;
        if (wait > TimeSpan.Zero)
        {
            return Problems.Result(RateLimits.Refuse(wait));
        }

        if (hasPeer)
        {
            if (conversation.ToString() != id)
            {
                return Problems.Result(ErrorCode.Invalid, "This is not the direct conversation with that user.", "to");
            }
        }

        return await AppendAsync(caller, services, conversation, pending);
    }

    private static async Task<IResult> AppendAsync(
        Caller caller,
        SessionServices services,
        ConversationId conversation,
        PendingSend send
    )
    {
        AppendResult result;
        var began = services.Metrics.SendBegan();
        try
        {
            var standing = await services.Peers.FindAsync(caller.User, send.Peer, CancellationToken.None);
            var request = new AppendRequest(caller.User, default, send.Peer, [send.Item], standing);
            result = (await services.Conversations.AppendAsync(conversation, request)).Results[0];
        }
        catch (Exception exception)
        {
            // It may be committed or not: the same cid tells.
            GatewayLog.AppendUnknown(services.Log, exception, conversation);
            return Problems.Result(ErrorCode.UnknownOutcome);
        }

        services.Metrics.Accepted(result.Status, began);
        services.Rates.Answered(conversation, result.Status);
        return result.IsCommitted
            ? TypedResults.Json(
                result.ToSent(conversation, send.Item.Cid),
                BodyJson.Sent,
                statusCode: result.Status == AppendStatus.Duplicate
                    ? StatusCodes.Status200OK
                    : StatusCodes.Status201Created
            )
            : Problems.Result(
                result.Status.ToErrorCode(),
                field: result.Status == AppendStatus.Forbidden && !send.Peer.IsNone ? "to" : null
            );
    }
}
