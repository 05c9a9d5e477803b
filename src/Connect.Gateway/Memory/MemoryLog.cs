using Microsoft.Extensions.Logging;

namespace Connect.Gateway.Memory;

/// <summary>Events of the memory guard.</summary>
internal static partial class MemoryLog
{
    [LoggerMessage(
        1030,
        LogLevel.Warning,
        "Memory is {Level}: {Used} MiB of {Limit} MiB with {Sessions} sessions",
        EventName = "MemoryChanged"
    )]
    public static partial void Changed(ILogger logger, MemoryLevel level, long used, long limit, int sessions);
}
