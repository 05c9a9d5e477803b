using System.Net;
using Connect.Doors.Limits;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Doors.Admission;

/// <summary>
/// Limits connections per address and in total, before the TLS handshake, which is the expensive part. Sockets are
/// counted separately, since one HTTP/2 connection carries many.
/// </summary>
public sealed class ConnectionAdmission(
    RateLimits rates,
    ConnectionCapacity room,
    IOptions<RateOptions> options,
    ILogger<ConnectionAdmission> log
)
{
    private readonly ConnectionCounts _connections = new(room.Connections, options.Value.ConnectionsPerAddress);
    private readonly ConnectionCounts _sockets = new(room.Connections, options.Value.ConnectionsPerAddress);

    /// <summary>Open connections.</summary>
    public int Count => _connections.Count;

    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = ClientAddress.Of((connection.RemoteEndPoint as IPEndPoint)?.Address);
        var verdict = rates.Connects.Take(address) > TimeSpan.Zero ? AdmissionResult.Shut : _connections.Enter(address);
        if (verdict == AdmissionResult.Shut)
        {
            connection.Abort(new ConnectionAbortedException("Too many connections."));
            return;
        }

        try
        {
            if (verdict == AdmissionResult.Crowded)
            {
                connection.Features.Set(CrowdedConnection.Mark);
            }

            await next(connection);
        }
        catch (NotSupportedException exception)
        {
            // TLS is torn down by its own stream, which flushes what is left; that throws when a write to a client who
            // went away still waits. The connection is over either way, and nothing is wrong with the server.
            DoorsLog.TornDown(log, exception, connection.ConnectionId);
        }
        finally
        {
            _connections.Leave(address);
        }
    }

    /// <summary>Admits a socket; if true, call <see cref="LeaveSocket"/> when it closes.</summary>
    public bool TryEnterSocket(HttpContext context)
    {
        if (context.Features.Get<CrowdedConnection>() is not null)
        {
            return false;
        }

        var address = AddressOf(context);
        var verdict = _sockets.Enter(address);
        if (verdict == AdmissionResult.Crowded)
        {
            _sockets.Leave(address);
        }

        return verdict == AdmissionResult.Open;
    }

    public void LeaveSocket(HttpContext context) => _sockets.Leave(AddressOf(context));

    private static ClientAddress AddressOf(HttpContext context) => ClientAddress.Of(context.Connection.RemoteIpAddress);

    private sealed class CrowdedConnection
    {
        public static readonly CrowdedConnection Mark = new();
    }
}

/// <summary>What the doors log of connections.</summary>
internal static partial class DoorsLog
{
    [LoggerMessage(1290, LogLevel.Debug, "Connection {Connection} ended while a write to it was waiting")]
    public static partial void TornDown(ILogger logger, Exception exception, string connection);
}

/// <summary>The decision on a new connection.</summary>
internal enum AdmissionResult
{
    /// <summary>Admitted.</summary>
    Open,

    /// <summary>Served, but without a socket: the client is told when to come back.</summary>
    Crowded,

    /// <summary>Closed: there is no room even to refuse politely.</summary>
    Shut,
}

/// <summary>How many connections a node admits, plus a reserve for refusing more politely.</summary>
/// <param name="Connections">Above it a new connection gets no socket.</param>
public sealed record ConnectionCapacity(int Connections)
{
    /// <summary>Above it a new connection is closed at once.</summary>
    public int WithReserve => Reserve(Connections);

    /// <summary>
    /// The capacity of a process with this many file handles. An idle server holds about 300, mostly for its own code,
    /// and the store up to 1,024 more; out of handles the runtime cannot even allocate memory, and the process dies.
    /// </summary>
    public static ConnectionCapacity Of(int connections, long fileHandles)
    {
        const long LeastOthers = 448;
        const long MostOthers = 1536;
        var others = Math.Clamp(fileHandles / 2, LeastOthers, MostOthers);
        return new((int)Math.Clamp((fileHandles - others) * 8 / 9, 1, connections));
    }

    internal static int Reserve(int limit) => limit > int.MaxValue / 2 ? limit : limit + Math.Max(1, limit / 8);
}

/// <summary>Counts open connections, in total and per address.</summary>
/// <param name="total">The limit in total.</param>
/// <param name="perAddress">The limit per address; 0 means none.</param>
internal sealed class ConnectionCounts(int total, int perAddress)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ClientAddress, int> _byAddress = [];

    /// <summary>Open connections in total.</summary>
    public int Count { get; private set; }

    /// <summary>Counts one more unless it is shut out; call <see cref="Leave"/> when it closes.</summary>
    public AdmissionResult Enter(ClientAddress address)
    {
        lock (_gate)
        {
            var own = _byAddress.GetValueOrDefault(address) + 1;
            var verdict = Worse(
                Judge(Count + 1, total),
                perAddress > 0 ? Judge(own, perAddress) : AdmissionResult.Open
            );
            if (verdict != AdmissionResult.Shut)
            {
                _byAddress[address] = own;
                Count++;
            }

            return verdict;
        }
    }

    public void Leave(ClientAddress address)
    {
        lock (_gate)
        {
            Count--;
            if (--_byAddress[address] == 0)
            {
                _byAddress.Remove(address);
            }
        }
    }

    private static AdmissionResult Judge(int count, int limit) =>
        count <= limit ? AdmissionResult.Open
        : count <= ConnectionCapacity.Reserve(limit) ? AdmissionResult.Crowded
        : AdmissionResult.Shut;

    private static AdmissionResult Worse(AdmissionResult one, AdmissionResult other) => one > other ? one : other;
}
