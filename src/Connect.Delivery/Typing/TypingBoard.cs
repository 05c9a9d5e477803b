using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Typing;

/// <summary>
/// Who of this node's users types where, as far as it was told to others. It is told again while it lasts, but no more
/// often than needed, and of one conversation only for so many at once: nobody reads more names. Not thread-safe; times
/// are the wheel's milliseconds.
/// </summary>
/// <param name="duration">After which it ends by itself.</param>
/// <param name="repeat">The shortest time until it is told again.</param>
/// <param name="typists">At once in one conversation.</param>
/// <param name="conversations">At once in all.</param>
internal sealed class TypingBoard(long duration, long repeat, int typists, int conversations)
{
    private readonly Dictionary<ConversationId, List<Typist>> _rooms = [];

    private readonly record struct Typist(UserId User, long ToldAt)
    {
        public bool IsOver(long now, long duration) => now >= ToldAt + duration;
    }

    public int Count => _rooms.Count;

    /// <summary>True when the others are to be told.</summary>
    public bool Start(ConversationId conversation, UserId user, long now)
    {
        if (!_rooms.TryGetValue(conversation, out var room))
        {
            if (_rooms.Count >= conversations && !MakeRoom(now))
            {
                return false;
            }

            _rooms.Add(conversation, room = []);
        }

        room.RemoveAll(each => each.IsOver(now, duration));
        var known = room.FindIndex(each => each.User == user);
        if (known < 0 ? room.Count >= typists : now < room[known].ToldAt + repeat)
        {
            return false;
        }

        if (known >= 0)
        {
            room.RemoveAt(known);
        }

        room.Add(new(user, now));
        return true;
    }

    /// <summary>True when the others were told that this user types, not long ago.</summary>
    public bool Stop(ConversationId conversation, UserId user, long now)
    {
        if (!_rooms.TryGetValue(conversation, out var room))
        {
            return false;
        }

        var typed = room.Exists(each => each.User == user && !each.IsOver(now, duration));
        room.RemoveAll(each => each.User == user || each.IsOver(now, duration));
        if (room.Count == 0)
        {
            _rooms.Remove(conversation);
        }

        return typed;
    }

    private bool MakeRoom(long now)
    {
        foreach (var (conversation, room) in _rooms)
        {
            if (room.TrueForAll(each => each.IsOver(now, duration)))
            {
                _rooms.Remove(conversation);
            }
        }

        return _rooms.Count < conversations;
    }
}
