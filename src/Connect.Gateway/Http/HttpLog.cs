using Microsoft.Extensions.Logging;

namespace Connect.Gateway.Http;

/// <summary>The events of HTTP. No path and no query: they name users.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(1850, LogLevel.Error, "A request failed by a mistake of the server.", EventName = "RequestFailed")]
    public static partial void RequestFailed(this ILogger logger, Exception exception);
}
