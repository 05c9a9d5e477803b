using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>A page of the user's conversations, newest activity first.</summary>
internal static class ConversationsCommand
{
    public static async Task ExecuteAsync(Session session, SessionRequest request, ConversationsRequest asked)
    {
        var answer = await session.Services.List.ReadAsync(session.User, asked);
        if (answer.TryGet(out var page, out var refusal))
        {
            session.Answer(request, new ServerFrame { Conversations = page });
        }
        else
        {
            session.Fail(request, refusal.Code, refusal.Field);
        }
    }
}
