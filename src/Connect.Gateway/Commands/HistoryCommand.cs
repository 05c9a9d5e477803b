using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>A page of the log of a conversation.</summary>
internal static class HistoryCommand
{
    public static async Task ExecuteAsync(Session session, SessionRequest request, HistoryRequest asked)
    {
        var answer = await session.Services.History.ReadAsync(session.User, asked);
        if (answer.TryGet(out var page, out var refusal))
        {
            session.Answer(request, new ServerFrame { History = page });
        }
        else
        {
            session.Fail(request, refusal.Code, refusal.Field);
        }
    }
}
