using System.Buffers;
using System.Net.WebSockets;
using Connect.Protocol.Frames;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Connections;

/// <summary>Frames over a WebSocket.</summary>
internal sealed class WebSocketTransport(WebSocket socket, FrameCodec codec, TimeProvider time) : ITransport
{
    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(2);

    private readonly ArrayBufferWriter<byte> _output = new(4_096);
    private byte[] _input = new byte[8_192];

    private volatile int _messageLimit = ProtocolLimits.ClientMessageBytes;

    public int? CloseCode => (int?)socket.CloseStatus;

    public int MessageLimit
    {
        get => _messageLimit;
        set => _messageLimit = value;
    }

    public async ValueTask SendAsync(IReadOnlyList<Wire.ClientFrame> frames, CancellationToken cancellationToken)
    {
        // The frames written to the output; those from `start` on are not sent yet.
        var (start, count) = (0, 0);
        foreach (var frame in frames)
        {
            var before = _output.WrittenCount;
            codec.Writer.Write(frame, _output);
            if (before > start && (_output.WrittenCount - start > _messageLimit || IsFull(count)))
            {
                await WriteAsync(_output.WrittenMemory[start..before], cancellationToken).ConfigureAwait(false);
                (start, count) = (before, 0);
            }

            count++;
        }

        if (_output.WrittenCount > start)
        {
            await WriteAsync(_output.WrittenMemory[start..], cancellationToken).ConfigureAwait(false);
        }

        _output.ResetWrittenCount();
    }

    public async ValueTask<IReadOnlyList<Wire.ServerFrame>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        while (true)
        {
            if (length == _input.Length)
            {
                Grow();
            }

            var result = await socket.ReceiveAsync(_input.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += result.Count;
            if (result.EndOfMessage)
            {
                return Read(new ReadOnlySequence<byte>(_input, 0, length));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                using var deadline = new CancellationTokenSource(CloseDeadline, time);
                await socket
                    .CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token)
                    .ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException)
        {
            // It is gone already.
        }
        finally
        {
            socket.Dispose();
        }
    }

    private static bool IsFull(int frames) => frames == ProtocolLimits.FramesPerMessage;

    private ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var type = codec.IsText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        return socket.SendAsync(message, type, endOfMessage: true, cancellationToken);
    }

    private void Grow()
    {
        if (_input.Length >= ProtocolLimits.ServerMessageBytes)
        {
            throw new WebSocketException(WebSocketError.HeaderError, "The server's message is too large.");
        }

        Array.Resize(ref _input, Math.Min(_input.Length * 4, ProtocolLimits.ServerMessageBytes));
    }

    private List<Wire.ServerFrame> Read(ReadOnlySequence<byte> message)
    {
        var frames = new List<Wire.ServerFrame>();
        var error = codec.Reader.ReadServerFrames(message, FrameLimits.FromServer, frames);
        return error.IsError
            ? throw new WebSocketException(
                WebSocketError.InvalidMessageType,
                $"The server sent a bad frame: {error.Reason}."
            )
            : frames;
    }
}

/// <summary>Opens WebSockets with the subprotocol of an encoding.</summary>
internal sealed class WebSocketTransportFactory(HttpMessageInvoker invoker, FrameEncoding encoding, TimeProvider time)
    : ITransportFactory
{
    private readonly FrameCodec _codec = FrameCodec.For(encoding);

    public async Task<ITransport> ConnectAsync(Uri url, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol(_codec.Subprotocol);
            // The server's ping is the heartbeat.
            socket.Options.KeepAliveInterval = TimeSpan.Zero;
            await socket.ConnectAsync(url, invoker, cancellationToken).ConfigureAwait(false);
            if (socket.SubProtocol != _codec.Subprotocol)
            {
                throw new WebSocketException(
                    WebSocketError.UnsupportedProtocol,
                    "The server does not speak this protocol."
                );
            }

            return new WebSocketTransport(socket, _codec, time);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
