using Connect.Client.Signals;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>What is never stored: what is on screen, typing, presence.</summary>
internal sealed class Attention(Round round, Requests requests, Connection connection)
{
    private static readonly TimeSpan WatchRetry = TimeSpan.FromSeconds(1);

    private readonly SharedSet _onScreen = new();
    private readonly OwnTyping _ownTyping = new();
    private readonly TypingBook _typists = new();
    private readonly PresenceBook _presence = new();

    /// <summary>Somebody is looking.</summary>
    public bool IsActive { get; private set; } = true;

    /// <summary>When something is due next.</summary>
    public TimeSpan? DueAt =>
        Round.Earlier(Round.Earlier(_ownTyping.DueAt, _typists.DueAt), requests.CanAsk ? _presence.DueAt : null);

    /// <summary>What one holder has on screen from now on.</summary>
    public void SetOpen(object holder, IReadOnlyList<string> conversations)
    {
        var (added, removed) = _onScreen.Set(holder, conversations);
        ShowTypists(_typists.Drop(removed.Contains));
        if (added.Count + removed.Count > 0)
        {
            TellState();
        }
    }

    public void SetActive(bool isActive)
    {
        if (IsActive == isActive)
        {
            return;
        }

        IsActive = isActive;
        if (isActive)
        {
            // Changes in the meantime were not pushed.
            _presence.Anew();
        }
        else
        {
            ShowTypists(_typists.Drop(_ => true));
        }

        TellState();
    }

    /// <summary>Whose presence one holder wants from now on.</summary>
    public void SetWatched(object holder, IEnumerable<string> users) => _presence.Set(holder, users);

    /// <summary>Whom one holder watches.</summary>
    public IReadOnlySet<string> WatchedBy(object holder) => _presence.HeldBy(holder);

    public UserPresence? PresenceOf(string user) => _presence.Of(user);

    public IReadOnlyList<string> TypistsOf(string conversation) => _typists.Of(conversation);

    /// <summary>The user is typing.</summary>
    public void Typing(string conversation)
    {
        if (connection.State == ConnectionState.Live && _ownTyping.Typed(conversation, round.Now))
        {
            TellTyping(conversation, isOn: true);
        }
    }

    /// <summary>The user stopped without sending.</summary>
    public void TypingStopped(string conversation)
    {
        if (_ownTyping.Stopped(conversation, round.Now) && connection.IsInSession)
        {
            TellTyping(conversation, isOn: false);
        }
    }

    /// <summary>A message goes out, which ends the typing by itself.</summary>
    public void Sending(string conversation) => _ownTyping.Sent(conversation);

    /// <summary>A message arrived: its sender has stopped typing.</summary>
    public void Arrived(Entry entry)
    {
        if (entry.IsMessage && _typists.Ended(entry.Conversation, entry.From))
        {
            ShowTypists([entry.Conversation]);
        }
    }

    public void AcceptPresence(Wire.Presence presence) => Show(_presence.Accept(presence.Users));

    public void AcceptTyping(Wire.TypingPush push)
    {
        var isShown = IsActive && _onScreen.Contains(push.Conversation);
        if (isShown && _typists.Told(push.Conversation, push.Users, round.Now))
        {
            ShowTypists([push.Conversation]);
        }
    }

    /// <summary>A session begins, and knows nothing of all this.</summary>
    public void Begin()
    {
        _presence.Anew();
        if (!IsActive || _onScreen.All.Count > 0)
        {
            TellState();
        }
    }

    public void Disconnected()
    {
        _ownTyping.Clear();
        ShowTypists(_typists.Drop(_ => true));
    }

    public void Advance()
    {
        foreach (var conversation in _ownTyping.TakeIdle(round.Now))
        {
            TellTyping(conversation, isOn: false);
        }

        ShowTypists(_typists.Expire(round.Now));
        while (requests.CanAsk && _presence.Take(round.Now, requests.Fit) is { } watch)
        {
            requests.Ask(watch, Watched);
        }
    }

    private void Watched(Wire.ServerFrame frame)
    {
        switch (frame.BodyCase)
        {
            case Wire.ServerFrame.BodyOneofCase.Presence:
                Show(_presence.Answered(frame.Presence.Users));
                break;
            case Wire.ServerFrame.BodyOneofCase.Err:
                var wait = TimeSpan.FromMilliseconds(frame.Err.RetryAfterMs);
                _presence.Refused(frame.Err.Retryable, round.Now + (wait > WatchRetry ? wait : WatchRetry));
                break;
            default:
                _presence.Confirmed();
                break;
        }
    }

    private void TellTyping(string conversation, bool isOn) =>
        requests.Say(
            new Wire.ClientFrame
            {
                Typing = new Wire.TypingRequest { Conversation = conversation, On = isOn },
            }
        );

    /// <summary>Sent within a session only; each new one gets it at its start.</summary>
    private void TellState()
    {
        if (!connection.IsInSession)
        {
            return;
        }

        var state = new Wire.StateRequest { Activity = IsActive ? Wire.Activity.Active : Wire.Activity.Background };
        // Of more than the protocol allows, the ones opened last.
        state.Open.AddRange(_onScreen.All.TakeLast(ProtocolLimits.OpenConversations));
        var frame = new Wire.ClientFrame { State = state };
        requests.Fit.Shorten(frame, state.Open, keepLast: true);
        requests.Say(frame);
    }

    private void ShowTypists(List<string> conversations) =>
        conversations.ForEach(id => round.Tell(new TypingChanged(id, _typists.Of(id))));

    private void Show(List<UserPresence> changed) => changed.ForEach(each => round.Tell(new PresenceChanged(each)));
}
