using Microsoft.Extensions.Logging;

namespace Connect.Storage.RocksDb;

/// <summary>
/// Checks that the file system of the data has more free space than the reserve. Writes that let people in, out or go
/// may use up three quarters of it: a disk that is nearly full must not lock everybody out, reading included.
/// </summary>
internal sealed class FreeSpace(string folder, RocksDbStoreOptions options, ILogger logger)
{
    private volatile string? _refusal;

    /// <summary>The result of the last check: null, or why ordinary writes are refused.</summary>
    public string? Refusal => _refusal;

    /// <summary>Measures the free space.</summary>
    public SpaceVerdict Check()
    {
        long free;
        try
        {
            free = options.FreeBytes(folder);
        }
        catch (Exception e)
        {
            return Refuse($"The free space of {folder} cannot be measured: {e.Message}", isReserveSpent: true);
        }

        if (free >= options.ReserveBytes)
        {
            if (Interlocked.Exchange(ref _refusal, null) is not null)
            {
                StorageLog.Accepting(logger);
            }

            return default;
        }

        return Refuse(
            $"{folder} has {free >> 20} MiB of free space, less than the reserve of {options.ReserveBytes >> 20} MiB.",
            isReserveSpent: free < options.ReserveBytes / 4
        );
    }

    private SpaceVerdict Refuse(string reason, bool isReserveSpent)
    {
        if (Interlocked.Exchange(ref _refusal, reason) is null)
        {
            StorageLog.Refusing(logger, reason);
        }

        return new(reason, isReserveSpent);
    }
}

/// <summary>What the free space allows.</summary>
/// <param name="Refusal">Why ordinary writes are refused; null when all are accepted.</param>
/// <param name="IsReserveSpent">Whether those that may use the reserve are refused as well.</param>
internal readonly record struct SpaceVerdict(string? Refusal, bool IsReserveSpent)
{
    /// <summary>Why a write is refused; null when it is accepted.</summary>
    public string? RefusalOf(WorkItem item) => item.UsesReserve && !IsReserveSpent ? null : Refusal;
}
