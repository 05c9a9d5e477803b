using Microsoft.Extensions.Logging;

namespace Connect.Delivery.Presence;

/// <summary>Log events 2300-2399: presence.</summary>
internal static partial class PresenceLog
{
    [LoggerMessage(2300, LogLevel.Information, "{Count} presence changes could not be sent to a gateway")]
    public static partial void NotTold(ILogger logger, int count, Exception exception);

    [LoggerMessage(2301, LogLevel.Error, "Sending presence changes failed")]
    public static partial void PumpFailed(ILogger logger, Exception exception);
}
