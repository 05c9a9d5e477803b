namespace Connect.Client.Signals;

/// <summary>Who is writing in which conversation. Each ends by itself unless it is told again.</summary>
internal sealed class TypingBook
{
    private readonly Dictionary<string, List<(string User, TimeSpan Until)>> _rooms = new(StringComparer.Ordinal);

    /// <summary>When the next one ends by itself; null = nobody types.</summary>
    public TimeSpan? DueAt =>
        _rooms.Count == 0 ? null : _rooms.Values.SelectMany(room => room).Min(typist => typist.Until);

    /// <summary>Who types there, in the order in which they were told.</summary>
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

    /// <summary>Somebody's message came; true when they were writing it.</summary>
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

    /// <summary>Nothing more is told of these: nobody types there as far as is known.</summary>
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
/// Where this user is writing, and what of it the server was told: again every 3 s while it lasts, and its end once
/// nothing was typed for a moment.
/// </summary>
internal sealed class OwnTyping
{
    /// <summary>How often it is told while it lasts.</summary>
    private static readonly TimeSpan Repeat = ProtocolLimits.TypingDuration / 2;

    /// <summary>
    /// Somebody who typed nothing for so long has stopped. With the repeats it is told before the server ends it.
    /// </summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, (TimeSpan ToldAt, TimeSpan TypedAt)> _open = new(StringComparer.Ordinal);

    /// <summary>When the next one ends by itself; null = nobody types.</summary>
    public TimeSpan? DueAt => _open.Count == 0 ? null : _open.Values.Min(each => each.TypedAt) + Idle;

    /// <summary>Something was typed; true when that is to be told.</summary>
    public bool Typed(string conversation, TimeSpan now)
    {
        var isKnown = _open.TryGetValue(conversation, out var known);
        var tell = !isKnown || now - known.ToldAt >= Repeat;
        _open[conversation] = (tell ? now : known.ToldAt, now);
        return tell;
    }

    /// <summary>It ended; true when that is to be told, because the server may believe otherwise.</summary>
    public bool Stopped(string conversation, TimeSpan now) =>
        _open.Remove(conversation, out var known) && now - known.ToldAt < ProtocolLimits.TypingDuration;

    /// <summary>A message ends it without a word.</summary>
    public void Sent(string conversation) => _open.Remove(conversation);

    /// <summary>The conversations in which it ended by itself and the server is to be told.</summary>
    public List<string> TakeIdle(TimeSpan now)
    {
        var idle = _open.Where(each => each.Value.TypedAt + Idle <= now).Select(each => each.Key).ToList();
        return [.. idle.Where(conversation => Stopped(conversation, now))];
    }

    /// <summary>The connection is gone, and with it what was told.</summary>
    public void Clear() => _open.Clear();
}
