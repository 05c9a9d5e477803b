using System.Collections.Concurrent;
using System.Net.Sockets;
using Connect.Doors.Limits;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Options;

namespace Connect.Server.Peers;

/// <summary>
/// Closes the connections whose peer vanished without a word, within <see cref="GatewayOptions.PeerTimeout"/>. An idle
/// connection is probed by the kernel (TCP keep-alive), which does not while something waits for an acknowledgement;
/// those are looked at here. The kernel's own limit for that, <c>TCP_USER_TIMEOUT</c>, would also cut a client that is
/// there and merely does not read.
/// </summary>
internal sealed class PeerWatch(IOptions<GatewayOptions> options, TimeProvider time, ILogger<PeerWatch> log)
    : BackgroundService
{
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;
    private const int ProbeCount = 5;

    private readonly ConcurrentDictionary<ConnectionContext, byte> _connections = new();
    private readonly TimeSpan _limit = options.Value.PeerTimeout;

    /// <summary>Connections that are watched.</summary>
    public int Count => _connections.Count;

    /// <summary>Has the kernel probe the peer of a connection that says nothing.</summary>
    public void Probe(Socket socket)
    {
        if (_limit == TimeSpan.Zero)
        {
            return;
        }

        // Half of the time in silence, then some probes spread over the other half.
        var half = Math.Max(1, (int)(_limit.TotalSeconds / 2));
        var probes = Math.Min(half, ProbeCount);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, half);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, half / probes);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, probes);
    }

    /// <summary>Serves a connection, watched.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (_limit == TimeSpan.Zero || !OperatingSystem.IsLinux())
        {
            await next(connection);
            return;
        }

        _connections.TryAdd(connection, 0);
        try
        {
            await next(connection);
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_limit == TimeSpan.Zero)
        {
            return;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Math.Max(1, _limit.TotalSeconds / 10)), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }

    private void Look()
    {
        Span<byte> info = stackalloc byte[PeerState.InfoLength];
        foreach (var (connection, _) in _connections)
        {
            try
            {
                if (TryRead(connection, info, out var state) && state.IsGone(_limit))
                {
                    connection.Abort(new ConnectionAbortedException("The peer does not answer."));
                }
            }
            catch (Exception exception)
            {
                // One connection that cannot be looked at must not end the watch of all others, and the node with it.
                _connections.TryRemove(connection, out _);
                PeerLog.NotWatched(log, exception, connection.ConnectionId);
            }
        }
    }

    private static bool TryRead(ConnectionContext connection, Span<byte> info, out PeerState state)
    {
        state = default;
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            return false;
        }

        try
        {
            if (socket.GetRawSocketOption(TcpLevel, TcpInfo, info) < PeerState.InfoLength)
            {
                return false;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is closing.
            return false;
        }

        state = PeerState.Read(info);
        return true;
    }
}

/// <summary>Events of the watch of peers.</summary>
internal static partial class PeerLog
{
    [LoggerMessage(4092, LogLevel.Warning, "Connection {Connection} is no longer watched for a peer that vanishes")]
    public static partial void NotWatched(ILogger logger, Exception exception, string connection);
}
