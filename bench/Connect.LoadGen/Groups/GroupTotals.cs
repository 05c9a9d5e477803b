using System.Collections.Concurrent;
using Connect.LoadGen.Checking;
using Connect.LoadGen.Measuring;

namespace Connect.LoadGen.Groups;

/// <summary>What happened in a run of a large group, counted from many threads.</summary>
internal sealed class GroupTotals(SemaphoreSlim window)
{
    private readonly ConcurrentDictionary<long, bool> _resent = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private int _sent;
    private int _acked;
    private int _deliveries;
    private int _returns;
    private int _lagged;
    private int _laggings;
    private int _typing;

    public Faults Faults { get; } = new();

    /// <summary>From the sending to each live delivery.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <summary>From the sending to the acknowledgement.</summary>
    public LatencyHistogram Acks { get; } = new();

    public int Sent => Volatile.Read(ref _sent);

    public int Acked => Volatile.Read(ref _acked);

    public int Resent => _resent.Count;

    public int Deliveries => Volatile.Read(ref _deliveries);

    /// <summary>Connections after the first of each device.</summary>
    public int Returns => Volatile.Read(ref _returns);

    /// <summary>Hints and laggings.</summary>
    public int Lagged => Volatile.Read(ref _lagged);

    /// <summary>Of these the laggings.</summary>
    public int Laggings => Volatile.Read(ref _laggings);

    /// <summary>Pushes that told who types.</summary>
    public int Typing => Volatile.Read(ref _typing);

    /// <summary>What went wrong besides the order.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    public void CountSent() => Interlocked.Increment(ref _sent);

    public void CountReturn() => Interlocked.Increment(ref _returns);

    public void CountHint() => Interlocked.Increment(ref _lagged);

    public void CountLagging()
    {
        Interlocked.Increment(ref _lagged);
        Interlocked.Increment(ref _laggings);
    }

    public void CountTyping() => Interlocked.Increment(ref _typing);

    public void Fail(string problem) => _failures.Enqueue(problem);

    /// <summary>Sent once more: from here on its latencies are those of its device's absence.</summary>
    public void MarkResent(long key) => _resent[key] = true;

    public void CountAck(long key, long due)
    {
        Interlocked.Increment(ref _acked);
        Record(Acks, key, due);
        window.Release();
    }

    /// <param name="key">Of the message.</param>
    /// <param name="due">When it was sent.</param>
    /// <param name="isLive">Pushed, and not a part of a sync.</param>
    public void CountDelivery(long key, long due, bool isLive)
    {
        Interlocked.Increment(ref _deliveries);
        if (isLive)
        {
            Record(Latencies, key, due);
        }
    }

    private void Record(LatencyHistogram into, long key, long due)
    {
        if (_resent.IsEmpty || !_resent.ContainsKey(key))
        {
            into.Record(TimeProvider.System.GetElapsedTime(due));
        }
    }
}
