using System.Buffers;
using System.Net.WebSockets;
using Connect.Protocol.Frames;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Connections;

/// <summary>Frames over a WebSocket.</summary>
internal sealed class WebSocketTransport(WebSocket socket, FrameCodec codec) : ITransport
{
    // A message is closed before it can outgrow the server's limit: a frame that would is sent as its own.
    private const int MessageTarget = ProtocolLimits.ClientMessageBytes / 2;
    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(2);

    private readonly ArrayBufferWriter<byte> _output = new(4_096);
    private byte[] _input = new byte[8_192];

    public int? CloseCode => (int?)socket.CloseStatus;

    public async ValueTask SendAsync(IReadOnlyList<Wire.ClientFrame> frames, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var frame in frames)
        {
            codec.Writer.Write(frame, _output);
            count++;
            if (_output.WrittenCount >= MessageTarget || count == ProtocolLimits.FramesPerMessage)
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
                // The socket waits in real time, whatever clock the client has.
                using var deadline = new CancellationTokenSource(CloseDeadline);
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
        if (_output.WrittenCount == 0)
        {
            return;
        }

        var type = codec.IsText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        await socket.SendAsync(_output.WrittenMemory, type, true, cancellationToken).ConfigureAwait(false);
        _output.ResetWrittenCount();
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
