using Microsoft.Extensions.Logging;

namespace Connect.Delivery.Presence;

/// <summary>Log events 2300-2399: presence.</summary>
internal static partial class PresenceLog
{
    [LoggerMessage(2300, LogLevel.Information, "{Count} changes of presence could not be told to a gateway")]
    public static partial void NotTold(ILogger logger, int count, Exception exception);

    [LoggerMessage(2301, LogLevel.Error, "Telling presence failed")]
    public static partial void PumpFailed(ILogger logger, Exception exception);
}
