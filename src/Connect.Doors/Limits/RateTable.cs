using System.Runtime.InteropServices;

namespace Connect.Doors.Limits;

/// <summary>
/// A token bucket for each key, in bounded memory. A key whose bucket has refilled is like one never seen, and is
/// evicted when room is needed; then those that used least.
/// </summary>
/// <remarks>
/// The framework's <c>PartitionedRateLimiter</c> reads the system clock, allocates an object and a queue per key, and
/// does not bound their number.
/// </remarks>
public sealed class RateTable<TKey>
    where TKey : notnull
{
    private const int Shards = 16;

    private readonly Rate _rate;
    private readonly int _room;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Shard[] _shards = [.. Enumerable.Range(0, Shards).Select(_ => new Shard())];

    /// <param name="rate">The same for every key.</param>
    /// <param name="keys">The maximum number of keys.</param>
    /// <param name="time">Only its timestamps are used, so clock adjustments do not matter.</param>
    public RateTable(Rate rate, int keys, TimeProvider time)
    {
        _rate = rate;
        _room = Math.Max(1, keys / Shards);
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <summary>Keys in the table.</summary>
    public int Count => _shards.Sum(shard => shard.Count);

    private long Now => _time.GetElapsedTime(_start).Ticks;

    /// <summary>
    /// Takes tokens of <paramref name="key"/>'s: zero, or how long until there are as many; then none is taken. More
    /// than the bucket holds count as all that it holds.
    /// </summary>
    public TimeSpan Take(TKey key, int tokens = 1)
    {
        if (_rate.IsOff)
        {
            return TimeSpan.Zero;
        }

        var shard = ShardOf(key);
        lock (shard.Gate)
        {
            var now = Now;
            if (shard.Count >= _room && !shard.FullAt.ContainsKey(key))
            {
                MakeRoom(shard.FullAt, now);
            }

            ref var fullAt = ref CollectionsMarshal.GetValueRefOrAddDefault(shard.FullAt, key, out _);
            return _rate.Take(ref fullAt, now, tokens);
        }
    }

    /// <summary>How long until <paramref name="key"/> has a token; takes none.</summary>
    public TimeSpan Wait(TKey key)
    {
        var shard = ShardOf(key);
        lock (shard.Gate)
        {
            return shard.FullAt.TryGetValue(key, out var fullAt) ? _rate.Wait(fullAt, Now) : TimeSpan.Zero;
        }
    }

    /// <summary>Returns tokens that were taken.</summary>
    public void GiveBack(TKey key, int tokens = 1)
    {
        var shard = ShardOf(key);
        lock (shard.Gate)
        {
            ref var fullAt = ref CollectionsMarshal.GetValueRefOrNullRef(shard.FullAt, key);
            if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref fullAt))
            {
                _rate.GiveBack(ref fullAt, tokens);
            }
        }
    }

    private void MakeRoom(Dictionary<TKey, long> entries, long now)
    {
        Forget(entries, now);

        // Leaves a quarter free, so that a flood of keys stays cheap per key.
        if (entries.Count > _room * 3 / 4)
        {
            var times = entries.Values.Order().ToArray();
            Forget(entries, times[times.Length / 4]);
        }
    }

    private static void Forget(Dictionary<TKey, long> entries, long fullUntil)
    {
        foreach (var (key, fullAt) in entries)
        {
            if (fullAt <= fullUntil)
            {
                entries.Remove(key);
            }
        }
    }

    private Shard ShardOf(TKey key) => _shards[(uint)key.GetHashCode() % Shards];

    private sealed class Shard
    {
        public Lock Gate { get; } = new();

        public Dictionary<TKey, long> FullAt { get; } = [];

        public int Count => FullAt.Count;
    }
}

/// <summary>
/// A token bucket whose whole state is one number, the time at which it is full again (GCRA): <see cref="Burst"/>
/// requests at once, then one per <see cref="Interval"/>. Pure; times are ticks of one clock.
/// </summary>
/// <param name="Interval">The time in which one token refills; zero means no limit.</param>
/// <param name="Burst">The size of the bucket.</param>
public readonly record struct Rate(TimeSpan Interval, int Burst)
{
    public bool IsOff => Interval <= TimeSpan.Zero;

    /// <summary>So many per period, possibly all at once; 0 means no limit.</summary>
    public static Rate Of(int count, TimeSpan time) => count <= 0 ? default : new(time / count, count);

    /// <summary>Takes tokens, at most the bucket: zero, or how long until there are as many.</summary>
    public TimeSpan Take(ref long fullAt, long now, int tokens = 1)
    {
        var wait = Wait(fullAt, now, tokens);
        if (wait == TimeSpan.Zero && !IsOff)
        {
            fullAt = Math.Max(fullAt, now) + (Interval.Ticks * Bounded(tokens));
        }

        return wait;
    }

    /// <summary>How long until there are as many tokens; takes none.</summary>
    public TimeSpan Wait(long fullAt, long now, int tokens = 1)
    {
        if (IsOff)
        {
            return TimeSpan.Zero;
        }

        var wait = Math.Max(fullAt, now) - now - (Interval.Ticks * (Burst - Bounded(tokens)));
        return wait > 0 ? TimeSpan.FromTicks(wait) : TimeSpan.Zero;
    }

    /// <summary>Returns tokens that were taken.</summary>
    public void GiveBack(ref long fullAt, int tokens = 1) => fullAt -= Interval.Ticks * Bounded(tokens);

    private int Bounded(int tokens) => Math.Min(tokens, Burst);
}
