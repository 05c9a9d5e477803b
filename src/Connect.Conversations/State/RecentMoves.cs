using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Conversations.State;

/// <summary>
/// The conversations that moved last, for each of their members, as this node committed them: they correct the stored
/// order of long lists, which is up to an hour behind. A hint: what is not known here stands where it was stored.
/// </summary>
public sealed class RecentMoves
{
    /// <summary>Conversations remembered for a user.</summary>
    public const int PerUser = 32;

    /// <summary>Users remembered at least; twice as many at most. Then those whose conversations moved least lately
    /// are forgotten.</summary>
    public const int Users = 20_000;

    private readonly Lock _lock = new();
    private readonly int _users;
    private Dictionary<UserId, List<ConversationId>> _young = [];
    private Dictionary<UserId, List<ConversationId>> _old = [];

    public RecentMoves()
        : this(Users) { }

    /// <param name="users">See <see cref="Users"/>.</param>
    internal RecentMoves(int users) => _users = users;

    /// <summary>Users in memory.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _young.Count + _old.Count;
            }
        }
    }

    /// <summary>Something was committed, and these are the members.</summary>
    public void Note(ConversationId conversation, ImmutableArray<UserId> members)
    {
        lock (_lock)
        {
            foreach (var user in members)
            {
                var moves = Find(user);
                if (moves is [.., var last] && last == conversation)
                {
                    continue;
                }

                moves.Remove(conversation);
                moves.Add(conversation);
                if (moves.Count > PerUser)
                {
                    moves.RemoveAt(0);
                }
            }
        }
    }

    /// <summary>What moved last for a user, in no order.</summary>
    public ImmutableArray<ConversationId> Of(UserId user)
    {
        lock (_lock)
        {
            return _young.TryGetValue(user, out var moves) || _old.TryGetValue(user, out moves) ? [.. moves] : [];
        }
    }

    private List<ConversationId> Find(UserId user)
    {
        if (_young.TryGetValue(user, out var moves))
        {
            return moves;
        }

        if (!_old.Remove(user, out moves))
        {
            moves = [];
        }

        if (_young.Count >= _users)
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
        }

        _young[user] = moves;
        return moves;
    }
}
