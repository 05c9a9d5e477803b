using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Storage.Rows;
using Connect.Storage.Rules;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The member rows of recently written conversations as of the last durable write. Nearly every message raises a mark
/// of its author, and opening the rows of a large group each time would be most of the committer's work. Not
/// thread-safe: only the committer's thread, the only one that writes these rows, uses it.
/// </summary>
/// <param name="capacity">
/// Maximum number of members in total, those with many ranges counted as several; the least recently used
/// conversations are dropped.
/// </param>
internal sealed class MemberRowsCache(int capacity)
{
    private readonly Dictionary<
        ConversationId,
        LinkedListNode<(ConversationId Conversation, MemberRows Rows)>
    > _known = [];
    private readonly LinkedList<(ConversationId Conversation, MemberRows Rows)> _byUse = new();

    /// <summary>Members in memory.</summary>
    public int Members { get; private set; }

    /// <summary>
    /// Takes the rows out for a change; <see cref="Put"/> returns them once it is durable. If it fails, they are gone.
    /// </summary>
    public MemberRows? Take(ConversationId conversation)
    {
        if (!_known.Remove(conversation, out var node))
        {
            return null;
        }

        _byUse.Remove(node);
        Members -= node.Value.Rows.Weight;
        return node.Value.Rows;
    }

    public void Put(ConversationId conversation, MemberRows rows)
    {
        Forget(conversation);
        _known.Add(conversation, _byUse.AddLast((conversation, rows)));
        Members += rows.Weight;
        while (Members > capacity && _byUse.First is { } oldest)
        {
            Forget(oldest.Value.Conversation);
        }
    }

    /// <summary>Call this before any other write of a conversation's rows.</summary>
    public void Forget(ConversationId conversation) => Take(conversation);
}

/// <summary>The opened member rows of one conversation, and the position of each member in them.</summary>
internal sealed class MemberRows
{
    private readonly List<List<Member>> _blocks = [];
    private readonly Dictionary<UserId, (int Block, int Slot)> _places = [];
    private readonly SortedSet<(int Block, int Slot)> _vacant = [];

    /// <summary>Bytes of a row for which it counts as one member more in memory.</summary>
    private const int MemberBytes = 256;

    /// <summary>Members, those with many ranges as several.</summary>
    public int Weight { get; private set; }

    /// <summary>Present and former members.</summary>
    public int Count => _places.Count;

    /// <summary>Adds the next block, as read from the store.</summary>
    public void Load(List<Member> block)
    {
        for (var slot = 0; slot < block.Count; slot++)
        {
            _places.Add(block[slot].User, (_blocks.Count, slot));
            Weight += WeightOf(block[slot]);
            Note(block[slot], (_blocks.Count, slot));
        }

        _blocks.Add(block);
    }

    public Member? Find(UserId user) =>
        _places.TryGetValue(user, out var place) ? _blocks[place.Block][place.Slot] : null;

    /// <summary>Puts a member in their position, a new one in a vacant one or at the end.</summary>
    public Placed Set(Member member)
    {
        if (_places.TryGetValue(member.User, out var place))
        {
            Weight += WeightOf(member) - WeightOf(_blocks[place.Block][place.Slot]);
            _blocks[place.Block][place.Slot] = member;
            Note(member, place);
            return new(place.Block, IsNew: false, null);
        }

        Weight += WeightOf(member);
        if (_vacant.Count > 0)
        {
            place = _vacant.Min;
            var former = _blocks[place.Block][place.Slot];
            Weight -= WeightOf(former);
            _places.Remove(former.User);
            _blocks[place.Block][place.Slot] = member;
            _places.Add(member.User, place);
            Note(member, place);
            return new(place.Block, IsNew: true, former.User);
        }

        if (_blocks.Count == 0 || _blocks[^1].Count == MemberBlock.Capacity)
        {
            _blocks.Add([]);
        }

        _blocks[^1].Add(member);
        _places.Add(member.User, (_blocks.Count - 1, _blocks[^1].Count - 1));
        return new(_blocks.Count - 1, IsNew: true, null);
    }

    public List<Member> Block(int number) => _blocks[number];

    /// <summary>All members beyond the first block, and the block of each.</summary>
    public IEnumerable<(UserId User, int Block)> Beyond() =>
        _places.Where(each => each.Value.Block > 0).Select(each => (each.Key, each.Value.Block));

    private static int WeightOf(Member member) => 1 + (MemberBlock.SizeOf(member) / MemberBytes);

    private void Note(Member member, (int Block, int Slot) place)
    {
        if (ListRules.IsVacant(member))
        {
            _vacant.Add(place);
        }
        else
        {
            _vacant.Remove(place);
        }
    }
}

/// <summary>Where a member was put.</summary>
/// <param name="Block">The block.</param>
/// <param name="IsNew">They had no position before.</param>
/// <param name="Instead">Whose vacant position they took.</param>
internal readonly record struct Placed(int Block, bool IsNew, UserId? Instead);

/// <summary>
/// The heads of recently written conversations as of the last durable write, so that the committer compares without a
/// read.
/// </summary>
/// <inheritdoc cref="WrittenCache{TKey,TValue}"/>
internal sealed class HeadCache(int capacity) : WrittenCache<ConversationId, ConversationHead>(capacity);

/// <summary>
/// The newest counts of authors in recently written conversations as of the last durable write, so that the committer
/// goes on counting without a read.
/// </summary>
/// <inheritdoc cref="WrittenCache{TKey,TValue}"/>
internal sealed class AuthorCountCache(int capacity) : WrittenCache<(ConversationId, UInt128), long>(capacity);

/// <summary>
/// What the committer wrote lately. Not thread-safe: only the committer's thread, the only one that writes these rows,
/// uses it.
/// </summary>
/// <param name="capacity">
/// Minimum number of values kept; at most twice as many. The least recently written are dropped.
/// </param>
internal abstract class WrittenCache<TKey, TValue>(int capacity)
    where TKey : struct
    where TValue : struct
{
    private Dictionary<TKey, TValue> _young = [];
    private Dictionary<TKey, TValue> _old = [];

    /// <summary>Values in memory.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>Null: read the database.</summary>
    public TValue? Find(TKey key) =>
        _young.TryGetValue(key, out var value) || _old.TryGetValue(key, out value) ? value : null;

    /// <summary>Call this when the value is durable, not before.</summary>
    public void Put(TKey key, TValue value)
    {
        _old.Remove(key);
        _young[key] = value;
        if (_young.Count >= capacity)
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
        }
    }

    /// <summary>Call this whenever the value is about to be written.</summary>
    public void Forget(TKey key)
    {
        _young.Remove(key);
        _old.Remove(key);
    }
}
