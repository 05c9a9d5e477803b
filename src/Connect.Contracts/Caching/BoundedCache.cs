using System.Collections.Concurrent;

namespace Connect.Contracts.Caching;

/// <summary>
/// Remembers about <paramref name="capacity"/> values. Two generations, the older dropped when the younger is full,
/// keep it bounded without a list of uses; what is used is taken over.
/// </summary>
public sealed class BoundedCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock _turn = new();
    private volatile ConcurrentDictionary<TKey, TValue> _young = new();
    private volatile ConcurrentDictionary<TKey, TValue> _old = new();

    /// <summary>Values in memory now.</summary>
    public int Count => _young.Count + _old.Count;

    public bool TryGet(TKey key, out TValue value)
    {
        if (_young.TryGetValue(key, out value!))
        {
            return true;
        }

        if (!_old.TryGetValue(key, out value!))
        {
            return false;
        }

        Set(key, value);
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        var half = Math.Max(1, capacity / 2);
        if (_young.Count >= half)
        {
            lock (_turn)
            {
                if (_young.Count >= half)
                {
                    (_old, _young) = (_young, new());
                }
            }
        }

        _young[key] = value;
    }
}
