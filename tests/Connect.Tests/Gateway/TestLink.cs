using System.Buffers;
using Connect.Gateway.Sessions;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;

namespace Connect.Tests.Gateway;

/// <summary>A connection without a socket: what was sent, in order, as a client would read it.</summary>
internal sealed class TestLink(TimerWheel wheel, FrameCodec codec) : ISessionLink
{
    private readonly Lock _gate = new();
    private readonly List<ServerFrame> _frames = [];
    private readonly List<int> _messages = [];
    private TaskCompletionSource? _stalled;

    public LinkActivity Activity { get; } = new(wheel);

    /// <summary>The code of the goodbye; 0 while there was none.</summary>
    public int ClosedWith { get; private set; }

    public bool IsAborted { get; private set; }

    /// <summary>What was sent that the contract forbids, so that a client would refuse it; null: nothing.</summary>
    public string? Violation { get; private set; }

    /// <summary>Bytes of each message that was sent.</summary>
    public IReadOnlyList<int> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    public IReadOnlyList<ServerFrame> Frames
    {
        get
        {
            lock (_gate)
            {
                return [.. _frames];
            }
        }
    }

    /// <summary>From now on no send completes until <see cref="Resume"/>.</summary>
    public void Stall()
    {
        lock (_gate)
        {
            _stalled ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Resume()
    {
        lock (_gate)
        {
            _stalled?.SetResult();
            _stalled = null;
        }
    }

    /// <summary>Nothing can be encoded from now on: a fault of ours.</summary>
    public bool FailsToEncode { get; set; }

    public ReadOnlyMemory<byte> Encode(ServerFrame frame) =>
        FailsToEncode ? throw new InvalidOperationException("It cannot be encoded.") : codec.Writer.Encode(frame);

    public ReadOnlyMemory<byte> Encode(SharedFrame frame) => frame.Bytes(codec.Encoding);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> frames)
    {
        Task? stalled;
        lock (_gate)
        {
            stalled = _stalled?.Task;
        }

        if (stalled is not null)
        {
            await stalled;
        }

        lock (_gate)
        {
            _messages.Add(frames.Length);
            var error = codec.Reader.ReadServerFrames(
                new ReadOnlySequence<byte>(frames),
                FrameLimits.FromServer,
                _frames
            );
            if (error.IsError)
            {
                Violation ??= $"{frames.Length} bytes: {error.Reason}";
                throw new InvalidOperationException(error.Reason);
            }
        }
    }

    public ValueTask CloseAsync(int code, string reason)
    {
        ClosedWith = code;
        return ValueTask.CompletedTask;
    }

    public void Abort()
    {
        IsAborted = true;
        lock (_gate)
        {
            _stalled?.TrySetException(new IOException("The connection was cut."));
        }
    }
}
