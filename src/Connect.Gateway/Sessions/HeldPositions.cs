using Connect.Contracts.Identifiers;
using Connect.Protocol;

namespace Connect.Gateway.Sessions;

/// <summary>
/// Conversations in the order in which they were added, each with a seq and three flags, in about 30 bytes: a device
/// may name tens of thousands. Conversations cannot be removed. Not thread-safe.
/// </summary>
internal sealed class HeldPositions
{
    private const int FirstCapacity = 16;
    private const long PositionBits = (long)ProtocolLimits.NumberLimit - 1;

    private ConversationId[] _ids = [];
    private long[] _values = [];
    private int[] _buckets = [];

    public int Count { get; private set; }

    /// <summary>Bytes of memory it takes.</summary>
    public long Bytes =>
        ((long)_ids.Length * (OpaqueId.ByteLength + sizeof(long))) + ((long)_buckets.Length * sizeof(int));

    public ConversationId this[int index] => _ids[index];

    public long PositionOf(int index) => _values[index] & PositionBits;

    public void SetPosition(int index, long position) =>
        _values[index] = (_values[index] & ~PositionBits) | (position & PositionBits);

    public bool Has(int index, HeldFlags flag) => (_values[index] & (long)flag) != 0;

    public void Set(int index, HeldFlags flag, bool isOn) =>
        _values[index] = isOn ? _values[index] | (long)flag : _values[index] & ~(long)flag;

    /// <summary>The index of a conversation; -1 when it was not added.</summary>
    public int Find(ConversationId conversation)
    {
        if (_buckets.Length == 0)
        {
            return -1;
        }

        var mask = _buckets.Length - 1;
        for (var bucket = conversation.GetHashCode() & mask; ; bucket = (bucket + 1) & mask)
        {
            var index = _buckets[bucket] - 1;
            if (index < 0 || _ids[index] == conversation)
            {
                return index;
            }
        }
    }

    /// <summary>The index of a conversation, which is added at position 0 if need be.</summary>
    public int FindOrAdd(ConversationId conversation)
    {
        var index = Find(conversation);
        if (index >= 0)
        {
            return index;
        }

        if (Count == _ids.Length)
        {
            Resize(Math.Max(FirstCapacity, Count + (Count / 2)));
        }

        index = Count++;
        _ids[index] = conversation;
        _values[index] = 0;
        Link(index);
        return index;
    }

    /// <summary>Gives back the room for more.</summary>
    public void Trim()
    {
        if (_ids.Length > Count)
        {
            Resize(Count);
        }
    }

    private void Resize(int capacity)
    {
        Array.Resize(ref _ids, capacity);
        Array.Resize(ref _values, capacity);

        // At most four fifths full, so that a search is short.
        var buckets = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)((capacity * 5L / 4) + 1));
        if (buckets != _buckets.Length)
        {
            _buckets = new int[buckets];
            for (var index = 0; index < Count; index++)
            {
                Link(index);
            }
        }
    }

    private void Link(int index)
    {
        var mask = _buckets.Length - 1;
        var bucket = _ids[index].GetHashCode() & mask;
        while (_buckets[bucket] != 0)
        {
            bucket = (bucket + 1) & mask;
        }

        _buckets[bucket] = index + 1;
    }
}

/// <summary>What is kept of a conversation beside its position, in the bits above it.</summary>
[Flags]
internal enum HeldFlags : long
{
    None = 0,

    /// <summary>It waits to be read.</summary>
    Waits = 1L << 53,

    /// <summary>It is being read.</summary>
    Taken = 1L << 54,

    /// <summary>It moved while it was being read.</summary>
    Moved = 1L << 55,
}
