using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Connect.Gateway.Sessions;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;

namespace Connect.Gateway.Connections;

/// <summary>
/// A WebSocket as the link of a session. While idle it holds a pending zero-byte read and nothing else; a buffer is
/// rented when bytes are there and given back with the message.
/// </summary>
internal sealed class WebSocketLink : ISessionLink
{
    private const int FirstBuffer = 4 * 1024;

    private readonly WebSocket _socket;
    private readonly FrameCodec _codec;
    private readonly FrameLimits _limits;
    private readonly Action _abort;
    private readonly WebSocketMessageType _type;
    private readonly TaskCompletionSource _goodbye = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="socket">Accepted, on a guarded stream.</param>
    /// <param name="codec">As the subprotocol says.</param>
    /// <param name="activity">The one the guarded stream writes to.</param>
    /// <param name="limits">What a client's message may hold.</param>
    /// <param name="abort">Cuts the connection under the socket.</param>
    public WebSocketLink(WebSocket socket, FrameCodec codec, LinkActivity activity, FrameLimits limits, Action abort)
    {
        _socket = socket;
        _codec = codec;
        _limits = limits;
        _abort = abort;
        _type = codec.IsText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        Activity = activity;
    }

    public LinkActivity Activity { get; }

    public ReadOnlyMemory<byte> Encode(ServerFrame frame) => _codec.Writer.Encode(frame);

    public ReadOnlyMemory<byte> Encode(SharedFrame frame) => frame.Bytes(_codec.Encoding);

    public ValueTask SendAsync(ReadOnlyMemory<byte> frames) =>
        _socket.SendAsync(frames, _type, endOfMessage: true, CancellationToken.None);

    public async ValueTask CloseAsync(int code, string reason)
    {
        try
        {
            await _socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None);
        }
        finally
        {
            _goodbye.TrySetResult();
        }
    }

    public void Abort()
    {
        _abort();
        _goodbye.TrySetResult();
    }

    /// <summary>After the last read: what was not closed in order is cut.</summary>
    public void End()
    {
        if (_socket.State is not (WebSocketState.Closed or WebSocketState.CloseSent))
        {
            Abort();
        }
    }

    /// <summary>Reads until the connection is over. Throws what the socket throws when it breaks.</summary>
    public async Task RunAsync(Session session)
    {
        while (true)
        {
            var gate = session.ReadGate.WaitAsync();
            if (!gate.IsCompletedSuccessfully)
            {
                await RestAsync(gate);
            }

            var frames = await ReceiveAsync(session);
            if (frames is null)
            {
                break;
            }

            var receipt = session.ReceiveAsync(frames);
            if (!receipt.IsCompletedSuccessfully)
            {
                await RestAsync(receipt.AsTask());
            }
        }

        // The client said goodbye, first or in answer; ours goes out if it has not yet.
        session.Close((int)WebSocketCloseStatus.NormalClosure, "");
        await _goodbye.Task;
    }

    private async Task RestAsync(Task until)
    {
        Activity.StopReading();
        await until;
        Activity.ResumeReading();
    }

    /// <summary>The frames of the next message; none when it was refused; null at the end.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<List<ClientFrame>?> ReceiveAsync(Session session)
    {
        var result = await _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        if (result.MessageType == WebSocketMessageType.Close)
        {
            return null;
        }

        var frames = new List<ClientFrame>();
        if (result.EndOfMessage)
        {
            return frames;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        var length = 0;
        try
        {
            do
            {
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer, length);
                }

                result = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                length += result.Count;
            } while (!result.EndOfMessage);
            Parse(session, result.MessageType, new(buffer, 0, length), frames);
        }
        finally
        {
            buffer.AsSpan(0, length).Clear();
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return frames;
    }

    /// <summary>The guard lets no message pass that is longer than allowed, so this ends.</summary>
    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        return larger;
    }

    private void Parse(
        Session session,
        WebSocketMessageType type,
        ReadOnlySequence<byte> message,
        List<ClientFrame> frames
    )
    {
        var error =
            type == _type
                ? _codec.Reader.ReadClientFrames(message, _limits, frames)
                : new FrameError(ErrorCode.BadFrame, "text and binary messages are mixed up");
        if (error.IsError)
        {
            frames.Clear();
            session.Break(error);
        }
    }
}
