using Connect.Gateway.Sessions;
using Connect.Protocol;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>Frame → command (step 3): who handles which kind. Each command is one small file.</summary>
internal static class CommandTable
{
    public static void Run(Session session, ClientFrame frame)
    {
        if (RunUnanswered(session, frame))
        {
            return;
        }

        if (frame.Id == 0)
        {
            session.Queue.Add(new ServerFrame { Err = ErrorCode.Invalid.ToErr(field: "id") });
            return;
        }

        var request = new SessionRequest(frame.Id, frame.BodyCase == ClientFrame.BodyOneofCase.Mark);
        session.Began(request);
        switch (frame.BodyCase)
        {
            case ClientFrame.BodyOneofCase.Send:
                SendCommand.Execute(session, request, frame.Send);
                break;
            case ClientFrame.BodyOneofCase.Mark:
                session.Watch(request, MarkCommand.ExecuteAsync(session, request, frame.Mark));
                break;
            case ClientFrame.BodyOneofCase.Auth:
                session.Watch(request, AuthCommand.ExecuteAsync(session, request, frame.Auth));
                break;
            case ClientFrame.BodyOneofCase.Watch:
                session.Watch(request, WatchCommand.ExecuteAsync(session, request, frame.Watch));
                break;
            case ClientFrame.BodyOneofCase.Sync:
            case ClientFrame.BodyOneofCase.Next:
                session.Pages.Add(request, frame);
                break;
            case ClientFrame.BodyOneofCase.History:
            case ClientFrame.BodyOneofCase.Conversations:
            case ClientFrame.BodyOneofCase.Readers:
                RunRead(session, request, frame);
                break;
            case ClientFrame.BodyOneofCase.Hello:
                session.Fail(request, ErrorCode.Invalid, "hello");
                break;
            default:
                session.Fail(request, ErrorCode.UnknownType);
                break;
        }
    }

    private static void RunRead(Session session, SessionRequest request, ClientFrame frame)
    {
        var wait = session.Services.Rates.Reads.Take(session.User);
        if (wait == TimeSpan.Zero)
        {
            session.Pages.Add(request, frame);
        }
        else
        {
            session.Slow(request, wait);
        }
    }

    /// <summary>The kinds that have no answer.</summary>
    private static bool RunUnanswered(Session session, ClientFrame frame)
    {
        switch (frame.BodyCase)
        {
            case ClientFrame.BodyOneofCase.Pong:
                session.Ponged();
                return true;
            case ClientFrame.BodyOneofCase.Typing:
                TypingCommand.Execute(session, frame.Typing);
                return true;
            case ClientFrame.BodyOneofCase.State:
                StateCommand.Execute(session, frame.State);
                return true;
            case ClientFrame.BodyOneofCase.Bye:
                session.Leave();
                return true;
            case ClientFrame.BodyOneofCase.None:
                // A push or request of a later version; without an id nobody waits for an answer.
                return frame.Id == 0;
            default:
                return false;
        }
    }
}
