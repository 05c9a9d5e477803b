using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>
/// Who wrote the last entries of a conversation, and how many messages there were up to each: enough to count for a
/// mark without the store. A dense ring that ends at the head; empty after loading.
/// </summary>
internal sealed class RecentEntries(int capacity)
{
    private Slot[] _slots = [];
    private int _first;
    private int _count;
    private long _firstSeq;

    private readonly record struct Slot(UserId From, bool IsMessage, long Messages);

    public void Add(Entry entry)
    {
        if (capacity <= 0)
        {
            return;
        }

        if (_count > 0 && entry.Seq != _firstSeq + _count)
        {
            _count = 0;
        }

        if (_count == _slots.Length && _count < capacity)
        {
            Grow();
        }

        if (_count == 0)
        {
            (_first, _firstSeq) = (0, entry.Seq);
        }

        if (_count == capacity)
        {
            _first = (_first + 1) % capacity;
            _firstSeq++;
            _count--;
        }

        _slots[(_first + _count) % _slots.Length] = new(entry.From, entry.Kind.CountsAsMessage(), entry.Messages);
        _count++;
    }

    /// <summary>The first seq that is remembered; above the head when none is.</summary>
    public long FirstSeq => _count == 0 ? long.MaxValue : _firstSeq;

    /// <summary>All of a range is remembered.</summary>
    public bool Covers(SeqRange range) => range.From >= FirstSeq && range.To < _firstSeq + _count;

    /// <summary>The messages of a range as far as they are remembered, with who wrote them.</summary>
    public IEnumerable<(long Seq, UserId From)> MessagesIn(SeqRange range)
    {
        var last = Math.Min(range.To, _firstSeq + _count - 1);
        for (var seq = Math.Max(range.From, FirstSeq); seq <= last; seq++)
        {
            if (At(seq) is { IsMessage: true } slot)
            {
                yield return (seq, slot.From);
            }
        }
    }

    /// <summary>Whether the entry at a seq is remembered and is a message of that user.</summary>
    public bool IsMessageOf(UserId user, long seq) =>
        seq >= _firstSeq && seq < _firstSeq + _count && At(seq) is { IsMessage: true } slot && slot.From == user;

    /// <summary>The counts for a mark of a user; false when the ring does not reach back that far.</summary>
    public bool TryCount(UserId user, long seq, out MarkCounts counts)
    {
        counts = default;
        if (_count == 0 || seq < _firstSeq - 1 || seq >= _firstSeq + _count)
        {
            return false;
        }

        long own = 0;
        for (var above = seq + 1; above < _firstSeq + _count; above++)
        {
            if (At(above) is { IsMessage: true } slot && slot.From == user)
            {
                own++;
            }
        }

        counts = new(MessagesAt(seq), own);
        return true;
    }

    private long MessagesAt(long seq)
    {
        if (seq >= _firstSeq)
        {
            return At(seq).Messages;
        }

        var oldest = At(_firstSeq);
        return oldest.IsMessage ? oldest.Messages - 1 : oldest.Messages;
    }

    private Slot At(long seq) => _slots[(_first + (int)(seq - _firstSeq)) % _slots.Length];

    // Most conversations are short-lived in memory: the ring starts small and grows to its limit. It only wraps at the
    // limit, so growing never has to unroll it.
    private void Grow() => Array.Resize(ref _slots, Math.Min(capacity, Math.Max(8, _slots.Length * 2)));
}

/// <summary>
/// The last committed messages of a conversation by (sender, cid): answers resends and predecessors without the store.
/// Bounded; the store answers for older ones.
/// </summary>
internal sealed class RecentCids(int capacity)
{
    private readonly Dictionary<(UserId Sender, Cid Cid), Known> _known = [];
    private readonly Queue<(UserId Sender, Cid Cid)> _order = new();

    /// <summary>A committed message; of its text only a hash.</summary>
    internal readonly record struct Known(long Seq, long Time, UInt128 TextHash);

    public int Count => _known.Count;

    public bool Contains(UserId sender, Cid cid) => _known.ContainsKey((sender, cid));

    public bool TryGet(UserId sender, Cid cid, [MaybeNullWhen(false)] out Known known) =>
        _known.TryGetValue((sender, cid), out known);

    public void Add(Entry entry)
    {
        if (capacity <= 0 || entry.Cid.IsNone)
        {
            return;
        }

        if (_order.Count >= capacity)
        {
            _known.Remove(_order.Dequeue());
        }

        var key = (entry.From, entry.Cid);
        _known[key] = new(entry.Seq, entry.Time, HashText(entry.Body));
        _order.Enqueue(key);
    }

    /// <summary>
    /// 128 bits of SHA-256: enough to tell two texts of one sender apart, and no text stays in memory.
    /// </summary>
    public static UInt128 HashText(ReadOnlyMemory<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text.Span, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
