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

    public int? CloseCode => (int?)socket.CloseStatus;

    public async ValueTask SendAsync(IReadOnlyList<Wire.ClientFrame> frames, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var frame in frames)
        {
            var before = _output.WrittenCount;
            codec.Writer.Write(frame, _output);
            count++;
            if (_output.WrittenCount > ProtocolLimits.ClientMessageBytes && before > 0)
            {
                // This frame would make the message too large for the server: it begins the next one.
                await WriteAsync(_output.WrittenMemory[..before], cancellationToken).ConfigureAwait(false);
                await WriteAsync(_output.WrittenMemory[before..], cancellationToken).ConfigureAwait(false);
                _output.ResetWrittenCount();
                count = 0;
            }
            else if (count == ProtocolLimits.FramesPerMessage)
            {
                await FlushAsync(cancellationToken).ConfigureAwait(false);
                count = 0;
            }
        }

        await FlushAsync(cancellationToken).ConfigureAwait(false);
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

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_output.WrittenCount > 0)
        {
            await WriteAsync(_output.WrittenMemory, cancellationToken).ConfigureAwait(false);
            _output.ResetWrittenCount();
        }
    }

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
            ? throw new WebSocketException(WebSocketError.InvalidMessageType, $"A bad frame came: {error.Reason}.")
            : frames;
    }
}
