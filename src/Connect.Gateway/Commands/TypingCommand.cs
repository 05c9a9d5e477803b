using Connect.Contracts.Identifiers;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>
/// Somebody types, or stopped. Has no answer, so what is not allowed, not known or too fast is ignored.
/// </summary>
internal static class TypingCommand
{
    public static void Execute(Session session, TypingRequest typing)
    {
        if (ConversationId.TryParse(typing.Conversation, out var conversation) && session.TryType())
        {
            session.Services.Typing.Change(session.User, conversation, typing.On);
        }
    }
}
