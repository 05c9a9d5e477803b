using System.Text;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>A message into a conversation: what can be refused without asking anybody is refused here.</summary>
internal static class SendCommand
{
    public static void Execute(Session session, SessionRequest request, Send send)
    {
        if (
            TryRead(
                session.User,
                session.Services,
                session.Sends.DirectIds,
                send,
                out var conversation,
                out var pending,
                out var error,
                out var field
            )
        )
        {
            var wait = session.Rates.TakeSend(conversation, pending.Item.Cid, pending.Item.After);
            if (wait == TimeSpan.Zero)
            {
                session.Services.Typing.Sent(session.User, conversation);
                session.Sends.Add(
                    conversation,
                    pending with
                    {
                        Request = request,
                        Began = session.Services.Metrics.SendBegan(),
                    }
                );
            }
            else
            {
                session.Slow(request, wait);
            }

            return;
        }

        // A send that cannot be is one all the same: refusing it costs, too.
        var rest = session.Services.Rates.TakeSend(session.User);
        if (rest == TimeSpan.Zero)
        {
            session.Fail(request, error, field);
        }
        else
        {
            session.Slow(request, rest);
        }
    }

    /// <summary>Reads a send, also for HTTP; false with the error and the field at fault.</summary>
    public static bool TryRead(
        UserId sender,
        SessionServices services,
        IDirectConversationIds directIds,
        Send send,
        out ConversationId conversation,
        out PendingSend pending,
        out ErrorCode error,
        out string? field
    )
    {
        pending = default;
        (error, field) = (ErrorCode.Invalid, "cid");
        if (!TryFindConversation(sender, directIds, send, out conversation, out var peer, ref error, ref field))
        {
            return false;
        }

        (error, field) = (ErrorCode.Invalid, "cid");
        if (!Cid.TryParse(send.Cid, out var cid))
        {
            return false;
        }

        field = "after";
        var after = default(Cid);
        if (send.After.Length > 0 && !Cid.TryParse(send.After, out after))
        {
            return false;
        }

        field = "text";
        if (send.Text.Length == 0)
        {
            return false;
        }

        var text = Encoding.UTF8.GetBytes(send.Text);
        if (text.Length > services.Options.TextBytes)
        {
            error = ErrorCode.TooLarge;
            return false;
        }

        pending = new(default, peer, new AppendItem(cid, text, after, (long)Math.Min(send.Seen, long.MaxValue)));
        return true;
    }

    /// <summary>
    /// Either the conversation itself, or the direct one with a user, whose id follows from the pair.
    /// </summary>
    private static bool TryFindConversation(
        UserId sender,
        IDirectConversationIds directIds,
        Send send,
        out ConversationId conversation,
        out UserId peer,
        ref ErrorCode error,
        ref string? field
    )
    {
        peer = default;
        conversation = default;
        if (send.Conversation.Length > 0)
        {
            // One that is not even an id is like one that does not exist.
            (error, field) = send.To.Length > 0 ? (ErrorCode.Invalid, "to") : (ErrorCode.NotFound, "conversation");
            return send.To.Length == 0 && ConversationId.TryParse(send.Conversation, out conversation);
        }

        if (send.To.Length == 0)
        {
            field = "conversation";
            return false;
        }

        // Oneself is not a conversation; an id that is none is like that of a user who does not exist.
        (error, field) = (ErrorCode.Forbidden, "to");
        if (!UserId.TryParse(send.To, out peer))
        {
            return false;
        }

        if (peer == sender)
        {
            error = ErrorCode.Invalid;
            return false;
        }

        conversation = directIds.Derive(sender, peer);
        return true;
    }
}
