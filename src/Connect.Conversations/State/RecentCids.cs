using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Conversations.State;

/// <summary>
/// The last committed messages of a conversation by (sender, cid): answers resends and predecessors without the store.
/// Bounded; what was pushed out is the store's to answer.
/// </summary>
internal sealed class RecentCids(int capacity)
{
    private readonly Dictionary<(UserId Sender, Cid Cid), Known> _known = [];
    private readonly Queue<(UserId Sender, Cid Cid)> _order = new();

    /// <summary>What is remembered of a committed message; its text as a hash only.</summary>
    internal readonly record struct Known(long Seq, long Time, UInt128 TextHash);

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
