using Connect.Contracts.Identifiers;
using Connect.Doors.Limits;
using Connect.Gateway.Sessions;
using Connect.Protocol;
using Connect.Protocol.V1;
using Microsoft.Extensions.Logging;

namespace Connect.Gateway.Commands;

/// <summary>Frame → command: who handles which kind of frame. Each command has a file of its own.</summary>
internal sealed class CommandDispatcher(
    HelloCommand hello,
    AuthCommand auth,
    SendCommand send,
    MarkCommand mark,
    WatchCommand watch,
    TypingCommand typing,
    PageCommands pages,
    RateLimits rates,
    TimerWheel wheel,
    ILogger<CommandDispatcher> log
) : ICommandDispatcher
{
    public ISessionCommands Begin(Session session) => new SessionCommands(session, this);

    public SendLanes NewSendLanes(Session session) => send.NewLanes(session);

    public PageLane NewPageLane(SessionCommands caller) => new(caller, pages, log);

    public SessionRates NewRates(UserId user) => new(rates, user);

    public StateLane NewStateLane(Session session) => new(session, rates, wheel);

    public Task GreetAsync(Session session, ClientFrame frame) => hello.ExecuteAsync(session, frame);

    public void Hammering(Session session) => GatewayLog.Hammering(log, session.Id);

    public void Run(SessionCommands caller, ClientFrame frame)
    {
        if (RunUnanswered(caller, frame))
        {
            return;
        }

        var session = caller.Session;
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
                send.Execute(caller, request, frame.Send);
                break;
            case ClientFrame.BodyOneofCase.Mark:
                session.Watch(request, mark.ExecuteAsync(session, request, frame.Mark));
                break;
            case ClientFrame.BodyOneofCase.Auth:
                session.Watch(request, auth.ExecuteAsync(caller, request, frame.Auth));
                break;
            case ClientFrame.BodyOneofCase.Watch:
                session.Watch(request, watch.ExecuteAsync(caller, request, frame.Watch));
                break;
            case ClientFrame.BodyOneofCase.Sync:
            case ClientFrame.BodyOneofCase.Next:
                caller.Pages.Add(request, frame);
                break;
            case ClientFrame.BodyOneofCase.History:
            case ClientFrame.BodyOneofCase.Conversations:
            case ClientFrame.BodyOneofCase.Readers:
                RunRead(caller, request, frame);
                break;
            case ClientFrame.BodyOneofCase.Hello:
                session.Fail(request, ErrorCode.Invalid, "hello");
                break;
            default:
                session.Fail(request, ErrorCode.UnknownType);
                break;
        }
    }

    private void RunRead(SessionCommands caller, SessionRequest request, ClientFrame frame)
    {
        var wait = rates.Reads.Take(caller.Session.User);
        if (wait == TimeSpan.Zero)
        {
            caller.Pages.Add(request, frame);
        }
        else
        {
            caller.Slow(request, wait);
        }
    }

    /// <summary>The kinds that have no answer.</summary>
    private bool RunUnanswered(SessionCommands caller, ClientFrame frame)
    {
        switch (frame.BodyCase)
        {
            case ClientFrame.BodyOneofCase.Pong:
                caller.Session.Ponged();
                return true;
            case ClientFrame.BodyOneofCase.Typing:
                typing.Execute(caller, frame.Typing);
                return true;
            case ClientFrame.BodyOneofCase.State:
                StateCommand.Execute(caller, frame.State);
                return true;
            case ClientFrame.BodyOneofCase.Bye:
                caller.Session.Leave();
                return true;
            case ClientFrame.BodyOneofCase.None:
                // A push or request of a later version; without an id nobody waits for an answer.
                return frame.Id == 0;
            default:
                return false;
        }
    }
}
