using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Logging;

namespace Connect.Delivery.Fanout;

/// <summary>Log events 2200-2299: the fan-out.</summary>
internal static partial class FanoutLog
{
    [LoggerMessage(2200, LogLevel.Warning, "Fan-out to {Node}: {Count} publications not acknowledged, hints follow")]
    public static partial void CallFailed(ILogger logger, NodeId node, int count, Exception exception);

    [LoggerMessage(2201, LogLevel.Warning, "Fan-out: the node of partition {Partition} was not found")]
    public static partial void PartitionNotFound(ILogger logger, int partition, Exception exception);
}
