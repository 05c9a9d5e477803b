using Connect.Contracts.Storage;
using Connect.Conversations.Sending;
using Connect.Delivery.Typing;
using Connect.Doors.Limits;
using Connect.Doors.Wire;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Commands;

/// <summary>A message into a conversation, on its way to the lane of that conversation.</summary>
internal sealed class SendCommand(
    MessageSending sending,
    IDirectConversationIds directIds,
    TypingService typing,
    RateLimits rates,
    IOptions<GatewayOptions> options
)
{
    public SendLanes NewLanes(Session session) => new(session, sending, new(directIds), options.Value.AppendBatch);

    public void Execute(SessionCommands caller, SessionRequest request, Send send)
    {
        var (session, lanes) = (caller.Session, caller.Sends);
        var draft = new MessageDraft(
            send.Conversation,
            send.To,
            send.Cid,
            send.Text,
            send.After,
            send.Seen,
            Tag: request.Id
        );
        if (!sending.TryRead(session.User, draft, lanes.DirectIds, out var message, out var refusal))
        {
            // An invalid send counts as well: refusing it costs something too.
            var rest = rates.TakeSend(session.User);
            if (rest == TimeSpan.Zero)
            {
                session.Fail(request, refusal.Reason.ToErrorCode(), refusal.Field);
            }
            else
            {
                caller.Slow(request, rest);
            }

            return;
        }

        var wait = caller.Rates.TakeSend(message.Conversation, message.Item.Cid, message.Item.After);
        if (wait > TimeSpan.Zero)
        {
            caller.Slow(request, wait);
            return;
        }

        typing.Sent(session.User, message.Conversation);
        lanes.Add(message);
    }
}
