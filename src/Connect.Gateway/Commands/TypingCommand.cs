using Connect.Contracts.Identifiers;
using Connect.Delivery.Typing;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>
/// Somebody types, or stopped. It has no answer, so what is not allowed, not known or too fast is ignored.
/// </summary>
internal sealed class TypingCommand(TypingService typing)
{
    public void Execute(SessionCommands caller, TypingRequest asked)
    {
        var session = caller.Session;
        if (!caller.Rates.TryType())
        {
            caller.TooFast();
        }
        else if (ConversationId.TryParse(asked.Conversation, out var conversation))
        {
            typing.Change(session.User, conversation, asked.On);
        }
    }
}
