namespace Connect.Storage;

/// <summary>The store cannot be opened; the message says why and what an operator can do.</summary>
public sealed class StoreOpenException : Exception
{
    public StoreOpenException(string message)
        : base(message) { }

    public StoreOpenException(string message, Exception inner)
        : base(message, inner) { }
}
