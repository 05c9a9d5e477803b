using System.Collections.Concurrent;

namespace Connect.Storage.Encryption;

/// <summary>
/// Unwrapped keys, at most twice <paramref name="capacity"/>: two generations, of which the older is dropped whole when
/// the younger is full. What is in use is taken over, so a busy key stays.
/// </summary>
internal sealed class BoundedKeyCache(int capacity)
{
    private volatile ConcurrentDictionary<UInt128, DataKey> _young = new();
    private volatile ConcurrentDictionary<UInt128, DataKey> _old = new();

    public int Count => _young.Count + _old.Count;

    public DataKey? Find(UInt128 owner)
    {
        if (_young.TryGetValue(owner, out var key))
        {
            return key;
        }

        if (_old.TryGetValue(owner, out key))
        {
            Add(owner, key);
        }

        return key;
    }

    public void Remove(UInt128 owner)
    {
        _young.TryRemove(owner, out _);
        _old.TryRemove(owner, out _);
    }

    public void Add(UInt128 owner, DataKey key)
    {
        var young = _young;
        young[owner] = key;
        if (young.Count > capacity)
        {
            // Two threads may turn the generations at once: that only forgets keys, which are read again.
            _old = young;
            _young = new();
        }
    }
}
