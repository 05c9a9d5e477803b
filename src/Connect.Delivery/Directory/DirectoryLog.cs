using Microsoft.Extensions.Logging;

namespace Connect.Delivery.Directory;

/// <summary>Log events 2100-2199: the directory.</summary>
internal static partial class DirectoryLog
{
    [LoggerMessage(2100, LogLevel.Warning, "Partition {Partition}: a gateway did not report its routes")]
    public static partial void GatewayDidNotAnswer(ILogger logger, int partition, Exception exception);

    [LoggerMessage(2101, LogLevel.Warning, "Partition {Partition}: registering a session failed, attempt {Attempt}")]
    public static partial void RegisterFailed(ILogger logger, int partition, int attempt, Exception exception);

    [LoggerMessage(2103, LogLevel.Warning, "Watching {Count} users failed, attempt {Attempt}")]
    public static partial void WatchFailed(ILogger logger, int count, int attempt, Exception exception);

    [LoggerMessage(2104, LogLevel.Warning, "Partition {Partition}: invalidating a presence failed, attempt {Attempt}")]
    public static partial void InvalidateFailed(ILogger logger, int partition, int attempt, Exception exception);

    [LoggerMessage(2102, LogLevel.Information, "Partition {Partition}: removing a session's route failed")]
    public static partial void UnregisterFailed(ILogger logger, int partition, Exception exception);
}
