namespace Connect.Contracts.Storage;

/// <summary>Whether the store takes writes, for readiness.</summary>
public interface IStoreHealth
{
    /// <summary>Null when it does; else why not, in words for an operator.</summary>
    string? Refusal { get; }
}
