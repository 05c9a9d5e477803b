using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Protocol;
using Connect.Protocol.V1;

namespace Connect.Gateway.Sessions;

/// <summary>
/// What one session is told of typing: only what it has on screen, only while it is live and somebody looks. It takes
/// memory only while somebody types there.
/// </summary>
internal sealed class SessionTyping(Session session, SessionClock clock)
{
    private readonly Lock _gate = new();
    private TypingView? _view;
    private bool _isUnwanted;

    /// <summary>When something ends by itself.</summary>
    public long NextDue
    {
        get
        {
            lock (_gate)
            {
                return _view?.NextDue ?? long.MaxValue;
            }
        }
    }

    public void SetWants(Wants? wants) => _isUnwanted = wants is { Typing: false };

    public void Deliver(Publication publication)
    {
        if (publication.Typing is { } typing)
        {
            if (!_isUnwanted && Shows(publication.Conversation) && session.Pushes.IsLive)
            {
                Change(publication.Conversation, typing);
            }
        }
        else if (Volatile.Read(ref _view) is not null)
        {
            EndBy(publication);
        }
    }

    /// <summary>The user looks elsewhere, or away.</summary>
    public void AttentionChanged(SessionAttention attention)
    {
        lock (_gate)
        {
            _view?.KeepOnly(attention.IsBackground ? [] : attention.Open);
        }
    }

    public void Expire(long now)
    {
        lock (_gate)
        {
            foreach (var (conversation, names) in _view?.Expire(now) ?? [])
            {
                Push(conversation, names, now);
            }
        }
    }

    private bool Shows(ConversationId conversation) =>
        session.Attention is { IsBackground: false } attention && attention.Open.Contains(conversation);

    private void Change(ConversationId conversation, TypingChange typing)
    {
        var now = clock.Now;
        long due;
        lock (_gate)
        {
            _view ??= new(
                (long)ProtocolLimits.TypingDuration.TotalMilliseconds,
                (long)ProtocolLimits.TypingRepeat.TotalMilliseconds,
                ProtocolLimits.TypingNames,
                ProtocolLimits.TypistsPerConversation
            );
            var names = typing.IsOn
                ? _view.Start(conversation, typing.User, now)
                : _view.Stop(conversation, typing.User, now);
            Push(conversation, names, now);
            due = _view.NextDue;
        }

        if (due != long.MaxValue)
        {
            clock.Schedule(session, due);
        }
    }

    /// <summary>Whose message is here does not type any more.</summary>
    private void EndBy(Publication publication)
    {
        lock (_gate)
        {
            var now = clock.Now;
            foreach (var entry in publication.Entries)
            {
                if (entry.Kind.CarriesText())
                {
                    Push(publication.Conversation, _view?.Stop(publication.Conversation, entry.From, now), now);
                }
            }
        }
    }

    private void Push(ConversationId conversation, ImmutableArray<UserId>? names, long now)
    {
        if (names is not { } visible)
        {
            return;
        }

        var push = new TypingPush { Conversation = conversation.ToString() };
        push.Users.Add(visible.Select(user => user.ToString()));
        if (session.Queue.TryAddTyping(new ServerFrame { Typing = push }))
        {
            _view!.Told(conversation, visible, now);
        }
    }
}

/// <summary>
/// Who types in the conversations that one session has open, and what of it the session was told: the first few names.
/// Each ends by itself. Not thread-safe; times are the wheel's milliseconds.
/// </summary>
/// <param name="duration">After which somebody's typing ends unless it is told again.</param>
/// <param name="repeat">The shortest time until the same names are told again.</param>
/// <param name="names">In one push.</param>
/// <param name="typists">Remembered of one conversation.</param>
internal sealed class TypingView(long duration, long repeat, int names, int typists)
{
    private readonly Dictionary<ConversationId, Room> _rooms = [];

    /// <summary>When something ends by itself; <see cref="long.MaxValue"/> when nothing will.</summary>
    public long NextDue => _rooms.Count == 0 ? long.MaxValue : _rooms.Values.Min(room => room.NextDue);

    /// <summary>Somebody types. The names to push, when there is something to push.</summary>
    public ImmutableArray<UserId>? Start(ConversationId conversation, UserId user, long now)
    {
        if (!_rooms.TryGetValue(conversation, out var room))
        {
            _rooms.Add(conversation, room = new());
        }

        room.Expire(now);
        var known = room.Typists.FindIndex(each => each.User == user);
        if (known >= 0)
        {
            // Keeps its place: who began first is named first.
            room.Typists[known] = (user, now + duration);
        }
        else if (room.Typists.Count < typists)
        {
            room.Typists.Add((user, now + duration));
        }

        var visible = room.Visible(names);
        var repeats = visible.Contains(user) && now >= room.ToldAt + repeat;
        return repeats || !visible.SequenceEqual(room.Told) ? visible : null;
    }

    /// <summary>Somebody stopped, or their message came.</summary>
    public ImmutableArray<UserId>? Stop(ConversationId conversation, UserId user, long now)
    {
        if (!_rooms.TryGetValue(conversation, out var room))
        {
            return null;
        }

        room.Typists.RemoveAll(each => each.User == user);
        return Look(conversation, room, now);
    }

    /// <summary>What ended by itself, by conversation.</summary>
    public List<(ConversationId Conversation, ImmutableArray<UserId> Names)> Expire(long now)
    {
        var changed = new List<(ConversationId, ImmutableArray<UserId>)>();
        foreach (var (conversation, room) in _rooms.Where(pair => pair.Value.NextDue <= now).ToList())
        {
            if (Look(conversation, room, now) is { } visible)
            {
                changed.Add((conversation, visible));
            }
        }

        return changed;
    }

    /// <summary>The push found room; one that did not is made up for by the next change, or by the client's own end.
    /// </summary>
    public void Told(ConversationId conversation, ImmutableArray<UserId> visible, long now)
    {
        if (_rooms.TryGetValue(conversation, out var room))
        {
            (room.Told, room.ToldAt) = (visible, now);
            ForgetIfOver(conversation, room);
        }
    }

    /// <summary>Only these conversations are on screen now.</summary>
    public void KeepOnly(ImmutableArray<ConversationId> open)
    {
        foreach (var conversation in _rooms.Keys.Where(each => !open.Contains(each)).ToList())
        {
            _rooms.Remove(conversation);
        }
    }

    private ImmutableArray<UserId>? Look(ConversationId conversation, Room room, long now)
    {
        room.Expire(now);
        var visible = room.Visible(names);
        if (!visible.SequenceEqual(room.Told))
        {
            return visible;
        }

        ForgetIfOver(conversation, room);
        return null;
    }

    private void ForgetIfOver(ConversationId conversation, Room room)
    {
        if (room.Typists.Count == 0 && room.Told.IsEmpty)
        {
            _rooms.Remove(conversation);
        }
    }

    private sealed class Room
    {
        /// <summary>In the order in which they began.</summary>
        public List<(UserId User, long Until)> Typists { get; } = [];

        public ImmutableArray<UserId> Told { get; set; } = [];

        public long ToldAt { get; set; }

        public long NextDue => Typists.Count == 0 ? long.MaxValue : Typists.Min(each => each.Until);

        public void Expire(long now) => Typists.RemoveAll(each => each.Until <= now);

        public ImmutableArray<UserId> Visible(int names) => [.. Typists.Take(names).Select(each => each.User)];
    }
}
