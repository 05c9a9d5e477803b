using System.Collections.Concurrent;
using Connect.Conversations.Logging;
using Microsoft.Extensions.Logging;

namespace Connect.Conversations.Writing;

/// <summary>
/// The writers that are active on this node, so that they are few and small: above a limit of their number or of the
/// memory they take together, those idle for longest end. The next message to such a conversation makes a new one.
/// </summary>
public sealed class ActivationTable(TimeProvider time, ILogger<ActivationTable> log)
{
    /// <summary>One used within this time goes on, whatever the limits: it would only come back at once.</summary>
    public static readonly TimeSpan LeastIdle = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Activation, bool> _active = new();
    private long _bytes;
    private int _count;
    private int _maxCount = int.MaxValue;
    private long _maxBytes = long.MaxValue;
    private int _isTrimming;

    /// <summary>Writers that are active and were not asked to end.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Bytes of memory they take together, roughly.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Sets the limits.</summary>
    public void Limit(int count, long bytes)
    {
        Volatile.Write(ref _maxCount, count);
        Volatile.Write(ref _maxBytes, bytes);
        TrimIfTooMany();
    }

    /// <summary>One more is active.</summary>
    /// <param name="end">Has it end when it is idle; called from any thread.</param>
    public Activation Enter(Action end)
    {
        var activation = new Activation(this, end, time.GetTimestamp());
        _active[activation] = true;
        Interlocked.Increment(ref _count);
        TrimIfTooMany();
        return activation;
    }

    /// <summary>
    /// Has those that are idle for longest end until the others take at most so much.
    /// </summary>
    /// <returns>Bytes that they took, roughly; they come back with the next collection.</returns>
    public long Trim(int count, long bytes)
    {
        if (Count <= count && Bytes <= bytes)
        {
            return 0;
        }

        var freed = 0L;
        var ended = 0;
        foreach (
            var (activation, _) in _active.Select(each => (each.Key, each.Key.UsedAt)).OrderBy(each => each.UsedAt)
        )
        {
            if ((Count <= count && Bytes <= bytes) || time.GetElapsedTime(activation.UsedAt) < LeastIdle)
            {
                break;
            }

            freed += activation.Bytes;
            ended++;
            activation.End();
        }

        if (ended > 0)
        {
            ConversationLog.WritersEnded(log, ended, Count, Bytes >> 20);
        }

        return freed;
    }

    internal long Now => time.GetTimestamp();

    internal void Add(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        if (bytes > 0)
        {
            TrimIfTooMany();
        }
    }

    internal void Remove(Activation activation)
    {
        if (_active.TryRemove(activation, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Down to nine tenths, so that the next one does not sort them all again.</summary>
    private void TrimIfTooMany()
    {
        var (count, bytes) = (Volatile.Read(ref _maxCount), Volatile.Read(ref _maxBytes));
        if ((Count <= count && Bytes <= bytes) || Interlocked.Exchange(ref _isTrimming, 1) == 1)
        {
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static work =>
            {
                try
                {
                    work.table.Trim(work.count / 10 * 9, work.bytes / 10 * 9);
                }
                finally
                {
                    Volatile.Write(ref work.table._isTrimming, 0);
                }
            },
            (table: this, count, bytes),
            preferLocal: false
        );
    }
}
