using Connect.Conversations.Marking;
using Connect.Doors.Wire;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;
using MarkRequest = Connect.Protocol.V1.MarkRequest;

namespace Connect.Gateway.Commands;

/// <summary>Raises marks; <c>ok</c> once all of them are persisted.</summary>
internal sealed class MarkCommand(ConversationMarks marks)
{
    public async Task ExecuteAsync(Session session, SessionRequest request, MarkRequest asked)
    {
        var drafts = asked.Marks.Select(mark => new MarkDraft(mark.Conversation, mark.Delivered, mark.Read));
        if (await marks.RaiseAsync(session.User, drafts) is { } refusal)
        {
            session.Fail(request, refusal.Reason.ToErrorCode(), refusal.Field);
        }
        else
        {
            session.Answer(request, new ServerFrame { Ok = new() });
        }
    }
}
