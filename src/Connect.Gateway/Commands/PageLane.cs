using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>
/// The questions of one session whose answers are pages: one after the other, each only when the queue has room, so
/// that a client that asks much and reads little costs one page.
/// </summary>
internal sealed class PageLane(Session session)
{
    private readonly Lock _gate = new();
    private readonly Queue<(SessionRequest Request, ClientFrame Frame)> _waiting = new();
    private readonly SyncCommand _sync = new(session);
    private bool _isRunning;

    public void Add(SessionRequest request, ClientFrame frame)
    {
        lock (_gate)
        {
            _waiting.Enqueue((request, frame));
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        _ = RunAsync();
    }

    private async Task RunAsync()
    {
        while (TryTake(out var next))
        {
            await session.Queue.WhenRoomAsync();
            try
            {
                await ExecuteAsync(next.Request, next.Frame);
            }
            catch (Exception exception)
            {
                GatewayLog.CommandFailed(session.Services.Log, exception, session.Id);
                session.Fail(next.Request, ErrorCode.Unavailable);
            }
        }
    }

    private Task ExecuteAsync(SessionRequest request, ClientFrame frame) =>
        frame.BodyCase switch
        {
            ClientFrame.BodyOneofCase.Sync => _sync.ExecuteAsync(request, frame.Sync),
            ClientFrame.BodyOneofCase.Next => _sync.NextAsync(request),
            ClientFrame.BodyOneofCase.History => HistoryCommand.ExecuteAsync(session, request, frame.History),
            ClientFrame.BodyOneofCase.Readers => ReadersCommand.ExecuteAsync(session, request, frame.Readers),
            _ => ConversationsCommand.ExecuteAsync(session, request, frame.Conversations),
        };

    private bool TryTake(out (SessionRequest Request, ClientFrame Frame) next)
    {
        lock (_gate)
        {
            if (session.Stage == SessionStage.Ended)
            {
                _waiting.Clear();
            }

            return _isRunning = _waiting.TryDequeue(out next);
        }
    }
}
