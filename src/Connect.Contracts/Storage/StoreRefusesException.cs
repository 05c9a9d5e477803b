namespace Connect.Contracts.Storage;

/// <summary>
/// The store takes no writes now (no space, too much waiting, shutting down). Unlike every other exception of a store
/// it means that nothing was written; retryable.
/// </summary>
public sealed class StoreRefusesException : Exception
{
    public StoreRefusesException(string message)
        : base(message) { }

    /// <summary>Throws when there is a reason to refuse.</summary>
    public static void ThrowIfRefused(string? refusal)
    {
        if (refusal is not null)
        {
            throw new StoreRefusesException(refusal);
        }
    }
}
