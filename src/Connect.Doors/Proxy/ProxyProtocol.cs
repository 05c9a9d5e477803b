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
    private readonly IPNetwork[] _sources = [.. options.Value.Sources.Select(IPNetwork.Parse)];

    /// <summary>Whether any source is trusted.</summary>
    public bool IsOn => _sources.Length > 0;

    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (!IsTrusted((connection.RemoteEndPoint as IPEndPoint)?.Address) || await TryReadAsync(connection))
        {
            await next(connection);
            return;
        }

        ProxyLog.Refused(log);
        connection.Abort(new ConnectionAbortedException("No header of the PROXY protocol."));
    }

    private bool IsTrusted(IPAddress? address)
    {
        if (address is null)
        {
            return false;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _sources.Any(source => source.Contains(plain));
    }

    private async Task<bool> TryReadAsync(ConnectionContext connection)
    {
        using var deadline = new CancellationTokenSource(options.Value.HeaderDeadline, time);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(deadline.Token);
                var status = ProxyHeader.Read(read.Buffer, out var end, out var client);
                if (status == ProxyHeaderStatus.Complete)
                {
                    connection.RemoteEndPoint = client ?? connection.RemoteEndPoint;
                    input.AdvanceTo(end);
                    return true;
                }

                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (status == ProxyHeaderStatus.Malformed || read.IsCompleted)
                {
                    return false;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return false;
        }
    }
}

/// <summary>Log events of the PROXY protocol.</summary>
internal static partial class ProxyLog
{
    [LoggerMessage(1020, LogLevel.Warning, "A balancer's connection sent no valid PROXY protocol header in time")]
    public static partial void Refused(ILogger logger);
}
