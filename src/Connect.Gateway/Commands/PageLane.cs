using Connect.Gateway.Sessions;
using Connect.Protocol.V1;
using Microsoft.Extensions.Logging;

namespace Connect.Gateway.Commands;

/// <summary>
/// The questions of one session whose answers are pages: one after the other, each only when the queue has room, so
/// that a client that asks much and reads little costs one page.
/// </summary>
internal sealed class PageLane(SessionCommands caller, PageCommands commands, ILogger log)
{
    private readonly Session _session = caller.Session;
    private readonly Lock _gate = new();
    private readonly Queue<(SessionRequest Request, ClientFrame Frame)> _waiting = new();
    private bool _isRunning;

    /// <summary>How far its sync got.</summary>
    public SessionSync Sync { get; } = new();

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
            await _session.Queue.WhenRoomAsync();
            try
            {
                await commands.ExecuteAsync(caller, next.Request, next.Frame);
            }
            catch (Exception exception)
            {
                GatewayLog.CommandFailed(log, exception, _session.Id);
                _session.Fail(next.Request, ErrorCode.Unavailable);
            }
        }
    }

    private bool TryTake(out (SessionRequest Request, ClientFrame Frame) next)
    {
        lock (_gate)
        {
            if (_session.Stage == SessionStage.Ended)
            {
                _waiting.Clear();
            }

            return _isRunning = _waiting.TryDequeue(out next);
        }
    }
}
