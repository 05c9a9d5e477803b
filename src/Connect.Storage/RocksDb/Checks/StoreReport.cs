namespace Connect.Storage.RocksDb.Checks;

/// <summary>What a store consists of and what is wrong with it.</summary>
public sealed record StoreReport
{
    public long Conversations { get; init; }

    public long Members { get; init; }

    public long Entries { get; init; }

    public long IdempotencyRows { get; init; }

    public long Accounts { get; init; }

    public long Devices { get; init; }

    public long IndexRows { get; init; }

    /// <summary>
    /// Index rows of conversations in which the user has no membership: left by a change that was not completed, and
    /// ignored by readers.
    /// </summary>
    public long LooseIndexRows { get; init; }

    /// <summary>The number of the newest write.</summary>
    public long LastWrite { get; init; }

    /// <summary>What is wrong, the first hundred of it; ids only, no content.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>How much is wrong in all.</summary>
    public long ProblemCount { get; init; }

    public bool IsSound => ProblemCount == 0;
}
