using Microsoft.Extensions.Logging;

namespace Connect.Http.Pipeline;

/// <summary>The events of HTTP. No path and no query: they name users.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(
        1850,
        LogLevel.Error,
        "Request {Request} failed by a mistake of the server.",
        EventName = "RequestFailed"
    )]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string request);

    [LoggerMessage(
        1851,
        LogLevel.Debug,
        "Request {Request} was answered with status {Status}, error {Code}.",
        EventName = "RequestRefused"
    )]
    public static partial void RequestRefused(this ILogger logger, string request, int status, int code);
}
