namespace Connect.Contracts.Storage;

/// <summary>What became of a commit. Everything but <see cref="Committed"/> wrote nothing.</summary>
public enum CommitStatus
{
    /// <summary>Durable.</summary>
    Committed = 1,

    /// <summary>Another writer moved the head: drop the state and deactivate.</summary>
    Fenced = 2,

    /// <summary>A creation found a head: load.</summary>
    Exists = 3,

    /// <summary>One or more cids have idempotency rows already: they are in the result; decide anew.</summary>
    Duplicate = 4,

    /// <summary>The store takes no writes now (no space, shutting down). Retryable.</summary>
    Refused = 5,
}
