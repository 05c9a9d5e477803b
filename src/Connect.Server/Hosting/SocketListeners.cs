using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Connect.Server.Peers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Connect.Server.Hosting;

/// <summary>
/// Listens as Kestrel's own listeners do, which try again at once whatever error the system has for them: without file
/// handles they do nothing else. These hand the error on.
/// </summary>
internal sealed class SocketListeners(IOptions<SocketTransportOptions> options, PeerWatch peers, ILoggerFactory loggers)
    : IConnectionListenerFactory,
        IConnectionListenerFactorySelector
{
    private readonly SocketTransportOptions _options = options.Value;

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            socket = _options.CreateBoundListenSocket(endpoint);
            socket.Listen(_options.Backlog);
            return new(new Listener(socket, _options, peers, loggers));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket?.Dispose();
            throw new AddressInUseException(exception.Message, exception);
        }
    }

    private sealed class Listener : IConnectionListener
    {
        private readonly Socket _socket;
        private readonly bool _noDelay;
        private readonly PeerWatch _peers;
        private readonly SocketConnectionContextFactory _connections;

        public Listener(Socket socket, SocketTransportOptions options, PeerWatch peers, ILoggerFactory loggers)
        {
            _socket = socket;
            _noDelay = options.NoDelay;
            _peers = peers;
            EndPoint = socket.LocalEndPoint!;
            _connections = new(OptionsLike(options), loggers.CreateLogger<SocketListeners>());
        }

        public EndPoint EndPoint { get; }

        /// <summary>The next connection; null after the end.</summary>
        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken)
        {
            Socket accepted;
            try
            {
                accepted = await _socket.AcceptAsync(cancellationToken);
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }

            accepted.NoDelay = _noDelay;
            _peers.Probe(accepted);
            return _connections.Create(accepted);
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken)
        {
            _socket.Dispose();
            return default;
        }

        public ValueTask DisposeAsync()
        {
            _socket.Dispose();
            _connections.Dispose();
            return default;
        }
    }

    /// <summary>
    /// With Kestrel's own pool of buffers. Options made by the public constructor have none: each buffer is then one of
    /// the array pool of the whole process, which keeps few and makes new ones for the rest.
    /// </summary>
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SocketConnectionFactoryOptions OptionsLike(SocketTransportOptions options);
}
