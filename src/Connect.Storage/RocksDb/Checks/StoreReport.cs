using System.Security.Cryptography;

namespace Connect.Storage.RocksDb.Checks;

/// <summary>What a store contains and what is wrong with it.</summary>
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
    /// Index rows without a membership, left behind by an incomplete change; readers ignore them.
    /// </summary>
    public long LooseIndexRows { get; init; }

    /// <summary>The number of the newest write.</summary>
    public long LastWrite { get; init; }

    /// <summary>What reading did to a data folder of an earlier format; null for nothing, as for a backup.</summary>
    public StoreUpgrade? Upgrade { get; init; }

    /// <summary>The first hundred problems; ids only, no content.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Number of problems in total.</summary>
    public long ProblemCount { get; init; }

    public bool IsSound => ProblemCount == 0;
}

/// <summary>Collects problems, and keeps the first ones.</summary>
internal sealed class Findings
{
    private const int Kept = 100;

    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    public long Count { get; private set; }

    public void Add(string problem)
    {
        Count++;
        if (_problems.Count < Kept)
        {
            _problems.Add(problem);
        }
    }

    /// <summary>Reads something; if it cannot be read, records a problem and returns null.</summary>
    public T? Try<T>(string what, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsDamage(e))
        {
            Add($"{what}: {e.Message}");
            return null;
        }
    }

    /// <summary>Checks something; an exception that means damage is recorded as a problem.</summary>
    public void Run(string what, Action check)
    {
        try
        {
            check();
        }
        catch (Exception e) when (IsDamage(e))
        {
            Add($"{what}: {e.Message}");
        }
    }

    /// <summary>The exceptions of changed, moved or foreign rows.</summary>
    private static bool IsDamage(Exception e) =>
        e is CryptographicException or InvalidDataException or ArgumentException or RocksDbSharp.RocksDbException;
}
