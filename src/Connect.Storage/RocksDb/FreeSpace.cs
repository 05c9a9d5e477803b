using Microsoft.Extensions.Logging;

namespace Connect.Storage.RocksDb;

/// <summary>Checks that the file system of the data has more free space than the reserve.</summary>
internal sealed class FreeSpace(string folder, RocksDbStoreOptions options, ILogger logger)
{
    private volatile string? _refusal;

    /// <summary>The result of the last check: null, or why writes are refused.</summary>
    public string? Refusal => _refusal;

    /// <summary>Measures the free space.</summary>
    public string? Check()
    {
        long free;
        try
        {
            free = options.FreeBytes(folder);
        }
        catch (Exception e)
        {
            return Refuse($"The free space of {folder} cannot be measured: {e.Message}");
        }

        if (free >= options.ReserveBytes)
        {
            if (Interlocked.Exchange(ref _refusal, null) is not null)
            {
                StorageLog.Accepting(logger);
            }

            return null;
        }

        return Refuse(
            $"{folder} has {free >> 20} MiB of free space, less than the reserve of {options.ReserveBytes >> 20} MiB."
        );
    }

    private string Refuse(string reason)
    {
        if (Interlocked.Exchange(ref _refusal, reason) is null)
        {
            StorageLog.Refusing(logger, reason);
        }

        return reason;
    }
}
