namespace Connect.LoadGen.Checking;

/// <summary>What a run under load found wrong, counted from many threads.</summary>
public sealed class Faults
{
    private const int ProblemsPerKind = 5;

    private readonly Lock _gate = new();
    private readonly List<string> _problems = [];
    private long _lost;
    private long _duplicated;
    private long _outOfOrder;

    /// <summary>Messages that somebody lacks, counted for each who lacks them.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Messages that somebody got a second time.</summary>
    public long Duplicated => Interlocked.Read(ref _duplicated);

    /// <summary>
    /// Messages out of place: against their sender's order, against their seq, or against another device.
    /// </summary>
    public long OutOfOrder => Interlocked.Read(ref _outOfOrder);

    public bool Any => Lost + Duplicated + OutOfOrder > 0;

    /// <summary>The first of each kind, in words.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_gate)
            {
                return [.. _problems];
            }
        }
    }

    public void AddLost(string problem, long count = 1) => Add(ref _lost, "lost: " + problem, count);

    public void AddDuplicated(string problem) => Add(ref _duplicated, "duplicated: " + problem, 1);

    public void AddOutOfOrder(string problem) => Add(ref _outOfOrder, "out of order: " + problem, 1);

    private void Add(ref long kind, string problem, long count)
    {
        lock (_gate)
        {
            if (kind < ProblemsPerKind)
            {
                _problems.Add(problem);
            }

            Interlocked.Add(ref kind, count);
        }
    }
}
