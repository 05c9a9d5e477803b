namespace Connect.Storage;

/// <summary>The store cannot be opened. The message gives the reason and what an operator can do.</summary>
public sealed class StoreOpenException : Exception
{
    public StoreOpenException(string message)
        : base(message) { }

    public StoreOpenException(string message, Exception inner)
        : base(message, inner) { }
}

/// <summary>
/// A backup cannot be made, read or restored. The message gives the reason and what an operator can do.
/// </summary>
public sealed class BackupException : Exception
{
    public BackupException(string message)
        : base(message) { }

    public BackupException(string message, Exception inner)
        : base(message, inner) { }
}
