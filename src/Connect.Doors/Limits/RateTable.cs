using System.Runtime.InteropServices;

namespace Connect.Doors.Limits;

/// <summary>
/// One <see cref="Rate"/> for each key, in bounded memory. A key whose bucket is full again is like one never seen and
/// is forgotten when room is needed; when all are in use, those that used least go.
/// </summary>
/// <remarks>
/// The framework's <c>PartitionedRateLimiter</c> reads the system's clock, has an object and a queue for each key, and
/// no bound on their number.
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
    /// <param name="keys">The most keys that are remembered.</param>
    /// <param name="time">Only its timestamps count: a clock that jumps changes nothing.</param>
    public RateTable(Rate rate, int keys, TimeProvider time)
    {
        _rate = rate;
        _room = Math.Max(1, keys / Shards);
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <summary>Keys remembered now.</summary>
    public int Count => _shards.Sum(shard => shard.Count);

    private long Now => _time.GetElapsedTime(_start).Ticks;

    /// <summary>Takes one of <paramref name="key"/>'s; zero when it had one, else how long until it has.</summary>
    public TimeSpan Take(TKey key)
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
            return _rate.Take(ref fullAt, now);
        }
    }

    /// <summary>How long until <paramref name="key"/> has one; nothing is taken.</summary>
    public TimeSpan Wait(TKey key)
    {
        var shard = ShardOf(key);
        lock (shard.Gate)
        {
            return shard.FullAt.TryGetValue(key, out var fullAt) ? _rate.Wait(fullAt, Now) : TimeSpan.Zero;
        }
    }

    /// <summary>Gives one back that was taken.</summary>
    public void GiveBack(TKey key)
    {
        var shard = ShardOf(key);
        lock (shard.Gate)
        {
            ref var fullAt = ref CollectionsMarshal.GetValueRefOrNullRef(shard.FullAt, key);
            if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref fullAt))
            {
                _rate.GiveBack(ref fullAt);
            }
        }
    }

    private void MakeRoom(Dictionary<TKey, long> entries, long now)
    {
        Forget(entries, now);

        // A quarter is free afterwards, so that a flood of keys costs little for each.
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
