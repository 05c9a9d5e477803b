using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Connect.Storage.Encryption;

/// <summary>
/// The data keys of conversations and users, unwrapped and remembered. The store itself holds them wrapped; where and
/// how it finds a wrapped key is its own business.
/// </summary>
/// <param name="ring">Unwraps them.</param>
/// <param name="capacity">Keys kept for conversations, and as many for users; at most twice this.</param>
internal sealed class KeyCache(KeyRing ring, int capacity)
{
    private readonly BoundedKeyCache _conversations = new(capacity);
    private readonly BoundedKeyCache _users = new(capacity);

    /// <summary>A remembered key; null when the store has to be asked.</summary>
    /// <param name="table"><see cref="RowTable.ConversationKey"/> or <see cref="RowTable.UserKey"/>.</param>
    /// <param name="owner">The conversation or user.</param>
    public DataKey? Find(RowTable table, UInt128 owner) => Of(table).Find(owner);

    /// <summary>Unwraps a key read from the store, and remembers it.</summary>
    /// <exception cref="CryptographicException">The row was changed or moved.</exception>
    public DataKey Add(RowTable table, UInt128 owner, ReadOnlySpan<byte> wrapped)
    {
        var key = Unwrap(table, owner, wrapped);
        Of(table).Add(owner, key);
        return key;
    }

    /// <summary>Unwraps a key read from the store.</summary>
    /// <exception cref="CryptographicException">The row was changed or moved.</exception>
    public DataKey Unwrap(RowTable table, UInt128 owner, ReadOnlySpan<byte> wrapped) =>
        ring.UnwrapDataKey(table, owner, wrapped);

    /// <summary>
    /// The row of a new key. The key is not remembered: if the write fails, it never existed.
    /// </summary>
    public byte[] Wrap(RowTable table, UInt128 owner, DataKey key) => ring.WrapDataKey(table, owner, key);

    /// <summary>Forgets a key that is destroyed.</summary>
    public void Forget(RowTable table, UInt128 owner) => Of(table).Remove(owner);

    private BoundedKeyCache Of(RowTable table) => table == RowTable.ConversationKey ? _conversations : _users;
}

/// <summary>
/// At most twice <paramref name="capacity"/> keys in two generations: when the younger is full, the older is dropped as
/// a whole. A key found in the older one moves to the younger, so keys in use stay.
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
            // If two threads swap generations at once, keys are merely forgotten and read again.
            _old = young;
            _young = new();
        }
    }
}
