using System.Net;
using Connect.Doors.Limits;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Connect.Doors.Admission;

/// <summary>
/// What a new connection meets before its TLS handshake, which is the dear part: too many from its address, or in all.
/// The sockets of requests are counted once more, for HTTP/2 carries many in one connection.
/// </summary>
public sealed class ConnectionAdmission(RateLimits rates, ConnectionCapacity room, IOptions<RateOptions> options)
{
    private readonly ConnectionCounts _connections = new(room.Connections, options.Value.ConnectionsPerAddress);
    private readonly ConnectionCounts _sockets = new(room.Connections, options.Value.ConnectionsPerAddress);

    /// <summary>Connections now.</summary>
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
        finally
        {
            _connections.Leave(address);
        }
    }

    /// <summary>A socket begins; true: <see cref="LeaveSocket"/> is called when it ends.</summary>
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
