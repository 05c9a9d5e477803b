using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Connect.Server.Hosting;

/// <summary>
/// Kestrel gives a listener up for good at its first error, and so would a moment without file handles end the service.
/// These listeners wait and try again.
/// </summary>
internal sealed class PatientListeners(
    IConnectionListenerFactory sockets,
    HandleReserve reserve,
    TimeProvider time,
    ILogger<PatientListeners> log
) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public static PatientListeners Create(IServiceProvider services) =>
        new(
            ActivatorUtilities.CreateInstance<SocketListeners>(services),
            new HandleReserve(services.GetRequiredService<TimeProvider>()),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<PatientListeners>>()
        );

    public bool CanBind(EndPoint endpoint) =>
        sockets is not IConnectionListenerFactorySelector selector || selector.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        new Listener(await sockets.BindAsync(endpoint, cancellationToken), reserve, time, log);

    private sealed class Listener(IConnectionListener inner, HandleReserve reserve, TimeProvider time, ILogger log)
        : IConnectionListener
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
        private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
        private long? _lastError;
        private bool _isFirst = true;
        private bool _isReserveReached;

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                if (_isReserveReached)
                {
                    _isReserveReached = reserve.IsReached();
                }

                if (_isReserveReached)
                {
                    await PauseAsync(SocketError.TooManyOpenSockets, cancellationToken);
                    continue;
                }

                try
                {
                    var connection = await inner.AcceptAsync(cancellationToken);
                    _isFirst = true;
                    _isReserveReached = connection is not null && reserve.IsReachedBy(connection.Features);
                    return connection;
                }
                catch (SocketException exception)
                {
                    await AfterAsync(exception.SocketErrorCode, cancellationToken);
                }
            }
        }

        private async ValueTask AfterAsync(SocketError error, CancellationToken cancellationToken)
        {
            var isShort = error is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable;
            if (!isShort && _isFirst)
            {
                // Most likely a client that was gone again before it was taken.
                _isFirst = false;
                return;
            }

            await PauseAsync(error, cancellationToken);
        }

        private Task PauseAsync(SocketError error, CancellationToken cancellationToken)
        {
            // Once for each time it happens, not ten times a second, nor for each connection that just found room.
            if (_lastError is not { } last || time.GetElapsedTime(last) > Quiet)
            {
                ListenerLog.NoHandles(log, error);
            }

            _lastError = time.GetTimestamp();
            return Task.Delay(Pause, time, cancellationToken);
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
