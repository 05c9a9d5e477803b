using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Doors.Proxy;

/// <summary>
/// Takes the client's address from the header that a trusted balancer sends before TLS, so that limits per address
/// apply to the client. An untrusted peer's header is not parsed: TLS gets it and rejects the connection.
/// </summary>
public sealed class ProxyProtocol(IOptions<ProxyOptions> options, TimeProvider time, ILogger<ProxyProtocol> log)
{
    private readonly NetworkSet _sources = new(options.Value.Sources);

    /// <summary>Whether any source is trusted.</summary>
    public bool IsOn => !_sources.IsEmpty;

    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (!_sources.Contains((connection.RemoteEndPoint as IPEndPoint)?.Address))
        {
            await next(connection);
            return;
        }

        var (isRead, bytes) = await TryReadAsync(connection);
        if (isRead)
        {
            await next(connection);
            return;
        }

        if (bytes == 0)
        {
            // How a balancer looks whether the server is there.
            ProxyLog.SaidNothing(log);
        }
        else
        {
            ProxyLog.Refused(log);
        }

        connection.Abort(new ConnectionAbortedException("No header of the PROXY protocol."));
    }

    private async Task<(bool IsRead, long Bytes)> TryReadAsync(ConnectionContext connection)
    {
        using var deadline = new CancellationTokenSource(options.Value.HeaderDeadline, time);
        var input = connection.Transport.Input;
        var bytes = 0L;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(deadline.Token);
                bytes = read.Buffer.Length;
                var status = ProxyHeader.Read(read.Buffer, out var end, out var client);
                if (status == ProxyHeaderStatus.Complete)
                {
                    connection.RemoteEndPoint = client ?? connection.RemoteEndPoint;
                    input.AdvanceTo(end);
                    return (true, bytes);
                }

                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (status == ProxyHeaderStatus.Malformed || read.IsCompleted)
                {
                    return (false, bytes);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return (false, bytes);
        }
    }
}

/// <summary>Log events of the PROXY protocol.</summary>
internal static partial class ProxyLog
{
    [LoggerMessage(1020, LogLevel.Warning, "A balancer's connection sent no valid PROXY protocol header in time")]
    public static partial void Refused(ILogger logger);

    [LoggerMessage(1201, LogLevel.Debug, "A balancer's connection ended without a byte")]
    public static partial void SaidNothing(ILogger logger);

    [LoggerMessage(
        1202,
        LogLevel.Warning,
        "Requests from {Address} carry a forwarding header, but it is not in Proxy:Trusted. If it is your proxy, "
            + "limits per address count all its users as one: name its network"
    )]
    public static partial void NotTrusted(ILogger logger, IPAddress address);
}
