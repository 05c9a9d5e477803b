using System.Collections.Immutable;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Protocol;
using Connect.Protocol.V1;
using EntryKind = Connect.Contracts.Conversations.EntryKind;

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
                if (entry.Kind == EntryKind.Message)
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
