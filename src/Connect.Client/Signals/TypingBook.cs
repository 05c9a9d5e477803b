namespace Connect.Client.Signals;

/// <summary>Who is typing in which conversation. Each ends by itself unless it is repeated.</summary>
internal sealed class TypingBook
{
    private readonly Dictionary<string, List<(string User, TimeSpan Until)>> _rooms = new(StringComparer.Ordinal);

    /// <summary>When the next one ends by itself; null = nobody types.</summary>
    public TimeSpan? DueAt =>
        _rooms.Count == 0 ? null : _rooms.Values.SelectMany(room => room).Min(typist => typist.Until);

    /// <summary>Who is typing there, in the order in which the server named them.</summary>
    public IReadOnlyList<string> Of(string conversation) =>
        _rooms.TryGetValue(conversation, out var room) ? [.. room.Select(typist => typist.User)] : [];

    /// <summary>The server names all who type there; true when that changes something.</summary>
    public bool Told(string conversation, IEnumerable<string> users, TimeSpan now)
    {
        var before = Of(conversation);
        var until = now + ProtocolLimits.TypingDuration;
        List<(string, TimeSpan)> room = [.. users.Distinct(StringComparer.Ordinal).Select(user => (user, until))];
        Keep(conversation, room);
        return !before.SequenceEqual(Of(conversation), StringComparer.Ordinal);
    }

    /// <summary>A user's message arrived; true if they were typing it.</summary>
    public bool Ended(string conversation, string user)
    {
        if (!_rooms.TryGetValue(conversation, out var room) || room.RemoveAll(typist => typist.User == user) == 0)
        {
            return false;
        }

        Keep(conversation, room);
        return true;
    }

    /// <summary>The conversations in which somebody's typing ended by itself.</summary>
    public List<string> Expire(TimeSpan now)
    {
        var changed = new List<string>();
        foreach (var (conversation, room) in _rooms.ToList())
        {
            if (room.RemoveAll(typist => typist.Until <= now) > 0)
            {
                Keep(conversation, room);
                changed.Add(conversation);
            }
        }

        return changed;
    }

    /// <summary>Nothing more is heard of these: as far as known, nobody is typing there.</summary>
    public List<string> Drop(Func<string, bool> which)
    {
        var gone = _rooms.Keys.Where(which).ToList();
        gone.ForEach(conversation => _rooms.Remove(conversation));
        return gone;
    }

    private void Keep(string conversation, List<(string User, TimeSpan Until)> room)
    {
        if (room.Count == 0)
        {
            _rooms.Remove(conversation);
        }
        else
        {
            _rooms[conversation] = room;
        }
    }
}

/// <summary>
/// Where this user is typing, and what of that was sent to the server: repeated every 3 s while it lasts, and ended
/// once nothing was typed for a moment.
/// </summary>
internal sealed class OwnTyping
{
    /// <summary>How often it is repeated while it lasts.</summary>
    private static readonly TimeSpan Repeat = ProtocolLimits.TypingDuration / 2;

    /// <summary>
    /// A user who typed nothing for this long has stopped. With the repeats that is sent before the server ends it.
    /// </summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, (TimeSpan ToldAt, TimeSpan TypedAt)> _open = new(StringComparer.Ordinal);

    /// <summary>When the next one ends by itself; null = nobody types.</summary>
    public TimeSpan? DueAt => _open.Count == 0 ? null : _open.Values.Min(each => each.TypedAt) + Idle;

    /// <summary>Something was typed; true when that is to be sent.</summary>
    public bool Typed(string conversation, TimeSpan now)
    {
        var isKnown = _open.TryGetValue(conversation, out var known);
        var tell = !isKnown || now - known.ToldAt >= Repeat;
        _open[conversation] = (tell ? now : known.ToldAt, now);
        return tell;
    }

    /// <summary>It ended; true when that is to be sent, because the server may believe otherwise.</summary>
    public bool Stopped(string conversation, TimeSpan now) =>
        _open.Remove(conversation, out var known) && now - known.ToldAt < ProtocolLimits.TypingDuration;

    /// <summary>A message ends it without a word.</summary>
    public void Sent(string conversation) => _open.Remove(conversation);

    /// <summary>The conversations in which it ended by itself and the server has to hear of it.</summary>
    public List<string> TakeIdle(TimeSpan now)
    {
        var idle = _open.Where(each => each.Value.TypedAt + Idle <= now).Select(each => each.Key).ToList();
        return [.. idle.Where(conversation => Stopped(conversation, now))];
    }

    /// <summary>The connection is gone, and with it what was sent.</summary>
    public void Clear() => _open.Clear();
}
