using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Storage.RocksDb.Rows;

namespace Connect.Storage.RocksDb;

/// <summary>The member rows of one conversation, opened, with where each member stands.</summary>
internal sealed class MemberRows
{
    private readonly List<List<Member>> _blocks = [];
    private readonly Dictionary<UserId, (int Block, int Slot)> _places = [];

    /// <summary>Members, those that were once included.</summary>
    public int Count => _places.Count;

    /// <summary>Adds the next block, as it is in the store.</summary>
    public void Load(List<Member> block)
    {
        for (var slot = 0; slot < block.Count; slot++)
        {
            _places.Add(block[slot].User, (_blocks.Count, slot));
        }

        _blocks.Add(block);
    }

    public Member? Find(UserId user) =>
        _places.TryGetValue(user, out var place) ? _blocks[place.Block][place.Slot] : null;

    /// <summary>Puts a member in their place, a new one behind all others; says which block that is.</summary>
    public int Set(Member member)
    {
        if (_places.TryGetValue(member.User, out var place))
        {
            _blocks[place.Block][place.Slot] = member;
            return place.Block;
        }

        if (_blocks.Count == 0 || _blocks[^1].Count == MemberBlock.Capacity)
        {
            _blocks.Add([]);
        }

        _blocks[^1].Add(member);
        _places.Add(member.User, (_blocks.Count - 1, _blocks[^1].Count - 1));
        return _blocks.Count - 1;
    }

    public List<Member> Block(int number) => _blocks[number];
}
