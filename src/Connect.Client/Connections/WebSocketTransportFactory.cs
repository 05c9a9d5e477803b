using System.Net.WebSockets;
using Connect.Protocol.Frames;

namespace Connect.Client.Connections;

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
