using Microsoft.Extensions.Logging;

namespace Connect.Storage.RocksDb;

/// <summary>Log events of the embedded store: ids 3000 to 3999.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(3000, LogLevel.Information, "Store open in {Folder}, keys in {KeyFile}, write {Sequence}.")]
    public static partial void Opened(ILogger logger, string folder, string keyFile, long sequence);

    [LoggerMessage(3001, LogLevel.Critical, "The store writes no more and the process must end: {Reason}")]
    public static partial void Failed(ILogger logger, string reason);

    [LoggerMessage(3002, LogLevel.Error, "Writes are refused: {Reason}")]
    public static partial void Refusing(ILogger logger, string reason);

    [LoggerMessage(3003, LogLevel.Information, "There is enough free space again: writes are accepted.")]
    public static partial void Accepting(ILogger logger);

    [LoggerMessage(
        3004,
        LogLevel.Information,
        "Created the keys of the new store: {KeyFile}. Keep a copy apart from the data."
    )]
    public static partial void KeysMade(ILogger logger, string keyFile);

    [LoggerMessage(3005, LogLevel.Information, "Bucket keys are now wrapped by version {Version} of the master key.")]
    public static partial void MasterKeyRotated(ILogger logger, uint version);

    [LoggerMessage(3006, LogLevel.Error, "The upkeep of the store failed; it will be retried.")]
    public static partial void UpkeepFailed(ILogger logger, Exception exception);

    [LoggerMessage(3007, LogLevel.Debug, "Deleted {Count} expired idempotency rows.")]
    public static partial void Swept(ILogger logger, int count);

    [LoggerMessage(
        3009,
        LogLevel.Warning,
        "The store in {Folder} is new, but its key file {KeyFile} was there before. If there was data, its mount is "
            + "missing or Data names another folder: stop this node, or it takes messages that the other store lacks."
    )]
    public static partial void KeysWithoutData(ILogger logger, string folder, string keyFile);

    [LoggerMessage(
        3010,
        LogLevel.Warning,
        "Other users of this machine may read or change the key file {KeyFile}, mode {Mode}: chmod 600 it."
    )]
    public static partial void KeysNotPrivate(ILogger logger, string keyFile, string mode);

    [LoggerMessage(
        3011,
        LogLevel.Information,
        "The store was upgraded from format {From} to {To}: earlier versions no longer open it."
    )]
    public static partial void Upgraded(ILogger logger, int from, int to);

    [LoggerMessage(
        3012,
        LogLevel.Warning,
        "{Work}: {Id} cannot be read, so it is passed over; it is tried again, but not logged again."
    )]
    public static partial void PassedOver(ILogger logger, string work, object id, Exception exception);

    [LoggerMessage(3008, LogLevel.Information, "Deleting the expired entries of {Count} conversations.")]
    public static partial void HistoryDeleted(ILogger logger, int count);
}
