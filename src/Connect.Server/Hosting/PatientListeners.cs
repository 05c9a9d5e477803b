using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Connect.Server.Hosting;

/// <summary>
/// Kestrel gives a listener up for good at the first connection that the system refuses to hand over, and so would a
/// moment without file handles end the service. These listeners wait and try again.
/// </summary>
internal sealed class PatientListeners(
    IOptions<SocketTransportOptions> options,
    ILoggerFactory loggers,
    TimeProvider time
) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory _sockets = new(options, loggers);
    private readonly ILogger _log = loggers.CreateLogger<PatientListeners>();

    public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        new Listener(await _sockets.BindAsync(endpoint, cancellationToken), time, _log);

    private sealed class Listener(IConnectionListener inner, TimeProvider time, ILogger log) : IConnectionListener
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
        private bool _isShort;

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                try
                {
                    var connection = await inner.AcceptAsync(cancellationToken);
                    _isShort = false;
                    return connection;
                }
                catch (SocketException exception)
                    when (exception.SocketErrorCode
                            is SocketError.TooManyOpenSockets
                                or SocketError.NoBufferSpaceAvailable
                    )
                {
                    // Once for each time it happens, not ten times a second.
                    if (!_isShort)
                    {
                        ListenerLog.NoHandles(log, exception.SocketErrorCode);
                    }

                    _isShort = true;
                    await Task.Delay(Pause, time, cancellationToken);
                }
            }
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
