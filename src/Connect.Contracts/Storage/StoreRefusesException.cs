namespace Connect.Contracts.Storage;

/// <summary>
/// The store takes no writes now (no space, too much waiting, shutting down). Unlike every other exception of a store
/// it means that nothing was written; retryable.
/// </summary>
public sealed class StoreRefusesException : Exception
{
    public StoreRefusesException(string message)
        : base(message) { }

    /// <summary>
    /// True: it takes none ever again while this process lives, so there is no use in asking once more.
    /// </summary>
    public bool IsFinal { get; init; }

    /// <summary>Throws when there is a reason to refuse.</summary>
    public static void ThrowIfRefused(string? refusal, bool isFinal = false)
    {
        if (refusal is not null)
        {
            throw new StoreRefusesException(refusal) { IsFinal = isFinal };
        }
    }
}
