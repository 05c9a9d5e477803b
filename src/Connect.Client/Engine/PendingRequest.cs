using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>A question of the application. It waits for a connection and is asked again on the next one.</summary>
internal sealed class PendingRequest(Func<Wire.ClientFrame> create)
{
    private readonly TaskCompletionSource<Wire.ServerFrame> _answer = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public Task<Wire.ServerFrame> Answer => _answer.Task;

    /// <summary>Asked on this connection.</summary>
    public bool Asked { get; set; }

    /// <summary>Takes the question back; set by who keeps it, called by the engine.</summary>
    public Action? Withdrawn { get; set; }

    /// <summary>A new frame each time: its id belongs to the connection.</summary>
    public Wire.ClientFrame CreateFrame() => create();

    public void Complete(Wire.ServerFrame frame)
    {
        if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Err)
        {
            _answer.TrySetException(ConnectException.From(frame.Err));
        }
        else
        {
            _answer.TrySetResult(frame);
        }
    }

    public void Fail(ConnectException error) => _answer.TrySetException(error);
}
