using Connect.Client.Events;
using Connect.Client.Positions;
using Connect.Client.Signals;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <remarks>This part: what is never stored: who looks at what, typing, presence, receipts.</remarks>
internal sealed partial class SessionMachine
{
    private static readonly TimeSpan WatchRetry = TimeSpan.FromSeconds(1);

    private readonly SharedSet _onScreen = new();
    private readonly OwnTyping _ownTyping = new();
    private readonly TypingBook _typing = new();
    private readonly PresenceBook _presence = new();
    private bool _isActive = true;

    /// <summary>What one holder has on screen from now on.</summary>
    public void SetOpen(object holder, IReadOnlyList<string> conversations)
    {
        var (added, removed) = _onScreen.Set(holder, conversations);
        TellTypists(_typing.Drop(removed.Contains));
        if (added.Count + removed.Count > 0)
        {
            TellAttention();
        }
    }

    /// <summary>Whether somebody is looking.</summary>
    public void SetActive(bool isActive)
    {
        if (_isActive == isActive)
        {
            return;
        }

        _isActive = isActive;
        if (isActive)
        {
            // What changed meanwhile was not told.
            _presence.Anew();
        }
        else
        {
            TellTypists(_typing.Drop(_ => true));
        }

        TellAttention();
    }

    /// <summary>This device changed what the list shows of a conversation.</summary>
    public void Changed(string conversation) => Tell(new ConversationChanged(conversation, IsOver: false));

    /// <summary>This device hid a conversation, up to a seq; null = with all that it holds.</summary>
    public void Hidden(string conversation, long? seen) => Tell(new HiddenHere(conversation, seen ?? long.MaxValue));

    /// <summary>The newest seq of a conversation that was received; null when that may be long ago.</summary>
    public long? LiveHead(string id) =>
        State == ConnectionState.Live && _conversations.GetValueOrDefault(id)?.Tracker.Received is > 0 and var head
            ? head
            : null;

    /// <summary>What is known of a conversation beside its entries, as the events that told it.</summary>
    public List<ConnectEvent> Known(string id)
    {
        if (!_conversations.TryGetValue(id, out var conversation))
        {
            return [];
        }

        var places = conversation.Places.Values.Select(place => new ReceiptChanged(
            id,
            place.User,
            place.Delivered,
            place.Read
        ));
        List<ConnectEvent> known = [.. places, new TypingChanged(id, _typing.Of(id))];
        if (conversation.Counts is { } counts)
        {
            known.Add(counts);
        }

        return known;
    }

    /// <summary>Whose presence one holder wants from now on.</summary>
    public void SetWatched(object holder, IEnumerable<string> users) => _presence.Set(holder, users);

    /// <summary>Whom one holder watches.</summary>
    public IReadOnlySet<string> WatchedBy(object holder) => _presence.HeldBy(holder);

    public UserPresence? PresenceOf(string user) => _presence.Of(user);

    /// <summary>The user is writing.</summary>
    public void Typing(string id)
    {
        if (State == ConnectionState.Live && _ownTyping.Typed(id, _now))
        {
            TellTyping(id, isOn: true);
        }
    }

    /// <summary>The user stopped without sending.</summary>
    public void TypingStopped(string id)
    {
        if (_ownTyping.Stopped(id, _now) && _phase == Phase.Open)
        {
            TellTyping(id, isOn: false);
        }
    }

    private void TellTyping(string id, bool isOn) =>
        Effects.Frames.Add(
            new Wire.ClientFrame
            {
                Typing = new Wire.TypingRequest { Conversation = id, On = isOn },
            }
        );

    /// <summary>Told in a session only; each new one is told anew.</summary>
    private void TellAttention()
    {
        if (_phase != Phase.Open)
        {
            return;
        }

        var state = new Wire.StateRequest { Activity = _isActive ? Wire.Activity.Active : Wire.Activity.Background };
        // Of more than the protocol allows the last ones: they were opened last.
        state.Open.AddRange(_onScreen.All.TakeLast(ProtocolLimits.OpenConversations));
        var frame = new Wire.ClientFrame { State = state };
        _fit.Shorten(frame, state.Open, keepLast: true);
        Effects.Frames.Add(frame);
    }

    /// <summary>A session begins: it knows nothing of all this.</summary>
    private void BeginSignals()
    {
        _presence.Anew();
        if (!_isActive || _onScreen.All.Count > 0)
        {
            TellAttention();
        }
    }

    private void EndSignals()
    {
        _ownTyping.Clear();
        TellTypists(_typing.Drop(_ => true));
    }

    private void AdvanceSignals()
    {
        foreach (var id in _ownTyping.TakeIdle(_now))
        {
            TellTyping(id, isOn: false);
        }

        TellTypists(_typing.Expire(_now));
        while (CanAsk && _presence.Take(_now, _fit) is { } watch)
        {
            Request(watch, Watched);
        }
    }

    private void Watched(Wire.ServerFrame frame)
    {
        switch (frame.BodyCase)
        {
            case Wire.ServerFrame.BodyOneofCase.Presence:
                Tell(_presence.Answered(frame.Presence.Users));
                break;
            case Wire.ServerFrame.BodyOneofCase.Err:
                var wait = TimeSpan.FromMilliseconds(frame.Err.RetryAfterMs);
                _presence.Refused(frame.Err.Retryable, _now + (wait > WatchRetry ? wait : WatchRetry));
                break;
            default:
                _presence.Confirmed();
                break;
        }
    }

    private void AcceptPresence(Wire.Presence presence) => Tell(_presence.Accept(presence.Users));

    private void AcceptTyping(Wire.TypingPush push)
    {
        if (_isActive && _onScreen.Contains(push.Conversation) && _typing.Told(push.Conversation, push.Users, _now))
        {
            TellTypists([push.Conversation]);
        }
    }

    private void AcceptReceipts(Wire.Receipts receipts)
    {
        foreach (var receipt in receipts.Receipts_)
        {
            var conversation = Conversation(receipt.Conversation);
            if (receipt.User.Length > 0)
            {
                Place(conversation, receipt.User, (long)receipt.Delivered, (long)receipt.Read);
            }
            else if (receipt.Seq > 0)
            {
                Count(conversation, (long)receipt.Seq, (int)receipt.DeliveredCount, (int)receipt.ReadCount);
            }
        }
    }

    private void Place(ConversationState conversation, string user, long delivered, long read)
    {
        var known = conversation.Places.GetValueOrDefault(user) ?? new(user, 0, 0);
        var place = new MemberPlace(user, Math.Max(known.Delivered, delivered), Math.Max(known.Read, read));
        if (place != known)
        {
            conversation.Places[user] = place;
            Tell(new ReceiptChanged(conversation.Id, user, place.Delivered, place.Read));
        }
    }

    /// <summary>Counts only rise, and they hold for all lower seqs at least.</summary>
    private void Count(ConversationState conversation, long seq, int delivered, int read)
    {
        var known = conversation.Counts;
        if (known is not null && known.Seq > seq)
        {
            return;
        }

        var isSame = known?.Seq == seq;
        var counts = new ReceiptCountsChanged(
            conversation.Id,
            seq,
            isSame ? Math.Max(known!.Delivered, delivered) : delivered,
            isSame ? Math.Max(known!.Read, read) : read
        );
        if (counts != known && counts is not { Delivered: 0, Read: 0 })
        {
            conversation.Counts = counts;
            Tell(counts);
        }
    }

    /// <summary>Whoever's message came has stopped typing.</summary>
    private void TypingEndedBy(Entry entry)
    {
        if (entry.Kind == Wire.EntryKind.Message && _typing.Ended(entry.Conversation, entry.From))
        {
            TellTypists([entry.Conversation]);
        }
    }

    private void TellTypists(List<string> conversations) =>
        conversations.ForEach(id => Tell(new TypingChanged(id, _typing.Of(id))));

    private void Tell(List<UserPresence> changed) => changed.ForEach(each => Tell(new PresenceChanged(each)));

    private void Tell(ConnectEvent value) => Effects.After.Add(() => _hub.Publish(value));
}
