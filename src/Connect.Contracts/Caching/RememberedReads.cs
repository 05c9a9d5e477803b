namespace Connect.Contracts.Caching;

/// <summary>
/// Values that were read, remembered for a while and bounded in number. What is forgotten counts no more from that
/// moment, and neither does what was being read meanwhile.
/// </summary>
public sealed class RememberedReads<TKey, TValue>(int capacity, TimeSpan memory, TimeProvider time)
    where TKey : notnull
{
    private const int Slots = 4096;

    private readonly BoundedCache<TKey, Remembered> _known = new(capacity);

    // A slot rises whenever a key in it is forgotten; a key that shares the slot is only read again.
    private readonly long[] _forgotten = new long[Slots];

    public bool TryGet(TKey key, out TValue value)
    {
        var found =
            _known.TryGet(key, out var known)
            && known.Slot == Volatile.Read(ref SlotOf(key))
            && time.GetElapsedTime(known.ReadAt) < memory;
        value = known.Value;
        return found;
    }

    /// <summary>To be taken before a value is read.</summary>
    public Ticket Begin(TKey key) => new(Volatile.Read(ref SlotOf(key)), time.GetTimestamp());

    public void Set(TKey key, TValue value, Ticket ticket) => _known.Set(key, new(value, ticket.Slot, ticket.ReadAt));

    public void Forget(TKey key) => Interlocked.Increment(ref SlotOf(key));

    private ref long SlotOf(TKey key) => ref _forgotten[(uint)key.GetHashCode() % Slots];

    public readonly record struct Ticket(long Slot, long ReadAt);

    private readonly record struct Remembered(TValue Value, long Slot, long ReadAt);
}
