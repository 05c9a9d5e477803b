using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>Who holds an entry and has read it.</summary>
internal static class ReadersCommand
{
    public static async Task ExecuteAsync(Session session, SessionRequest request, ReadersRequest asked)
    {
        var answer = await session.Services.Readers.ReadAsync(session.User, asked);
        if (answer.TryGet(out var readers, out var refusal))
        {
            session.Answer(request, new ServerFrame { Readers = readers });
        }
        else
        {
            session.Fail(request, refusal.Code, refusal.Field);
        }
    }
}
