using Connect.Conversations.Marking;
using Connect.Doors.Limits;
using Connect.Doors.Wire;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;
using MarkRequest = Connect.Protocol.V1.MarkRequest;

namespace Connect.Gateway.Commands;

/// <summary>Raises marks; <c>ok</c> once all of them are persisted.</summary>
internal sealed class MarkCommand(ConversationMarks marks, RateLimits rates)
{
    public async Task ExecuteAsync(SessionCommands caller, SessionRequest request, MarkRequest asked)
    {
        var session = caller.Session;
        var wait = rates.TakeMarks(session.User, asked.Marks.Count);
        if (wait > TimeSpan.Zero)
        {
            caller.Slow(request, wait);
            return;
        }

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
