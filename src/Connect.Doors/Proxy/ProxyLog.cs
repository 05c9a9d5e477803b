using Microsoft.Extensions.Logging;

namespace Connect.Doors.Proxy;

/// <summary>Events of the PROXY protocol.</summary>
internal static partial class ProxyLog
{
    [LoggerMessage(1020, LogLevel.Warning, "A balancer's connection had no header of the PROXY protocol in time")]
    public static partial void Refused(ILogger logger);
}
