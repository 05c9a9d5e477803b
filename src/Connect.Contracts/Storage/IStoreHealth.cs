namespace Connect.Contracts.Storage;

/// <summary>Whether the store accepts writes, for readiness.</summary>
public interface IStoreHealth
{
    /// <summary>Null while it accepts writes; otherwise the reason, worded for an operator.</summary>
    string? Refusal { get; }
}

/// <summary>Which life of its data the store leads.</summary>
public interface IStoreIncarnation
{
    /// <summary>
    /// An opaque id, created with the store and replaced by every restore of a backup. Under a different incarnation
    /// the same seq may be a different entry, so a client's data is valid only under the one it was read under.
    /// </summary>
    string Incarnation { get; }
}

/// <summary>
/// The store accepts no writes at the moment (disk full, queue full, shutting down). Unlike any other exception of a
/// store, it guarantees that nothing was written. Retryable.
/// </summary>
public sealed class StoreRefusesException : Exception
{
    public StoreRefusesException(string message)
        : base(message) { }

    /// <summary>
    /// True: the store will accept no more writes for the lifetime of this process, so a retry is pointless.
    /// </summary>
    public bool IsFinal { get; init; }

    /// <summary>Throws if there is a reason to refuse.</summary>
    public static void ThrowIfRefused(string? refusal, bool isFinal = false)
    {
        if (refusal is not null)
        {
            throw new StoreRefusesException(refusal) { IsFinal = isFinal };
        }
    }
}
