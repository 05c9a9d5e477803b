using System.Security.Cryptography;

namespace Connect.Storage.RocksDb.Checks;

/// <summary>Gathers what is wrong, and keeps the first of it.</summary>
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

    /// <summary>Reads something; what cannot be read is a problem and gives null.</summary>
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

    /// <summary>Checks something; an exception of damage is a problem.</summary>
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

    /// <summary>What a changed, moved or foreign row throws.</summary>
    private static bool IsDamage(Exception e) =>
        e is CryptographicException or InvalidDataException or ArgumentException or RocksDbSharp.RocksDbException;
}
