namespace Connect.Storage.RocksDb.Backups;

/// <summary>A backup cannot be made, read or restored; the message says why and what an operator can do.</summary>
public sealed class BackupException : Exception
{
    public BackupException(string message)
        : base(message) { }

    public BackupException(string message, Exception inner)
        : base(message, inner) { }
}
