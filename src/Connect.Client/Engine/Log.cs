using Connect.Client.Connections;
using Connect.Client.Positions;
using Connect.Client.Stores;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>The logs of the conversations: takes entries in order, once, and pulls what is missing.</summary>
internal sealed class Log(
    Round round,
    Requests requests,
    Connection connection,
    ConversationTable conversations,
    Feed feed,
    string life
)
{
    /// <summary>The server remembers no session for longer: heads that rose before that need not be sent.</summary>
    private static readonly TimeSpan ResumeWindow = TimeSpan.FromMinutes(10);

    private readonly HashSet<KnownConversation> _holes = [];
    private readonly List<LogItem> _released = [];

    /// <summary>Under which life of the server's data everything was read; empty = not known.</summary>
    private string _life = life;

    /// <summary>An entry arrived, perhaps one that is held already.</summary>
    public event Action<Entry>? Arrived;

    /// <summary>Nothing of a conversation above a seq exists any more.</summary>
    public event Action<string, long>? Dropped;

    /// <summary>When a pull is due.</summary>
    public TimeSpan? DueAt
    {
        get
        {
            TimeSpan? due = null;
            if (connection.State == ConnectionState.Live && requests.CanAsk)
            {
                foreach (var conversation in _holes)
                {
                    due = Round.Earlier(due, conversation.Tracker.PullAt);
                }
            }

            return due;
        }
    }

    /// <summary>The newest seq of a conversation that was received; null when that may be long ago.</summary>
    public long? LiveHead(string conversation) =>
        connection.State == ConnectionState.Live
        && conversations.Find(conversation)?.Tracker.Received is > 0 and var head
            ? head
            : null;

    /// <summary>Takes items, wherever they come from: pushed, synced, pulled, or sent from here.</summary>
    public void Accept(List<LogItem> items)
    {
        foreach (var item in items)
        {
            var conversation = conversations.Of(item.Conversation);
            if (item.Entry is { } entry)
            {
                Arrived?.Invoke(entry);
                Note(conversation, entry);
            }

            feed.Throttle(conversation);
            _released.Clear();
            conversation.Tracker.Offer(item, round.Now, _released);
            NoteHole(conversation);
            if (_released.Count > 0)
            {
                feed.Hold(conversation, _released);
            }
        }
    }

    /// <summary>A message of this device was committed.</summary>
    public void Commit(SentMessage sent, string text) =>
        Accept([
            LogItem.Of(
                new Entry(
                    sent.Conversation,
                    sent.Seq,
                    sent.Time,
                    Wire.EntryKind.Message,
                    connection.User,
                    sent.Cid,
                    text,
                    null
                )
            ),
        ]);

    public void AcceptHints(Wire.Hints hints)
    {
        foreach (var hint in hints.Hints_)
        {
            var conversation = conversations.Of(hint.Conversation);
            conversation.Tracker.Hint((long)hint.Head, round.Now);
            NoteHole(conversation);
        }
    }

    public void AcceptChange(Wire.ConversationChanged change)
    {
        var conversation = conversations.Of(change.Conversation);
        conversation.IsOver = change.Over;
        if (change.Over)
        {
            conversation.Tracker.GiveUp();
        }

        round.Tell(new ConversationChanged(change.Conversation, change.Over));
    }

    /// <summary>
    /// In another life of the server's data the same seq may be another entry, and nobody can tell from where on:
    /// everything but the outbox is forgotten and read anew.
    /// </summary>
    /// <param name="life">The life that the server states.</param>
    /// <param name="marked">Conversations of which there is a mark, perhaps nothing else.</param>
    public void BeginLife(string life, IEnumerable<string> marked)
    {
        if (life.Length == 0 || life == _life)
        {
            return;
        }

        if (_life.Length > 0)
        {
            foreach (var id in marked)
            {
                conversations.Of(id);
            }

            foreach (var conversation in conversations.All)
            {
                Drop(conversation.Id, 0);
            }
        }

        _life = life;
        round.Effects.Batch.Store = life;
    }

    /// <summary>Nothing of a conversation above a seq exists any more.</summary>
    public void Drop(string id, long seq)
    {
        var conversation = conversations.Of(id);
        conversation.Restart(seq);
        _holes.Remove(conversation);
        feed.Drop(id, seq);
        Dropped?.Invoke(id, seq);
    }

    /// <summary>The heads to resume a session with; null when there is a hole or there are too many.</summary>
    public List<Wire.Position>? Heads()
    {
        var heads = new List<Wire.Position>();
        foreach (var conversation in conversations.All)
        {
            if (conversation.Tracker.HasHole)
            {
                return null;
            }

            if (round.Now - conversation.MovedAt <= ResumeWindow)
            {
                heads.Add(conversation.Position);
            }
        }

        return heads.Count <= ProtocolLimits.PositionsPerFrame ? heads : null;
    }

    public void Disconnected()
    {
        foreach (var conversation in conversations.All)
        {
            conversation.Tracker.Disconnected();
        }
    }

    /// <summary>Pulls what is missing.</summary>
    public void Advance()
    {
        _holes.RemoveWhere(conversation => !conversation.Tracker.HasHole);
        if (connection.State != ConnectionState.Live)
        {
            return;
        }

        foreach (var conversation in _holes)
        {
            if (requests.CanAsk && conversation.Tracker.PullAt <= round.Now)
            {
                Pull(conversation);
            }
        }
    }

    private void Note(KnownConversation conversation, Entry entry)
    {
        if (entry.IsMessage && entry.From == connection.User)
        {
            conversation.OwnSeq = Math.Max(conversation.OwnSeq, entry.Seq);
        }
    }

    private void NoteHole(KnownConversation conversation)
    {
        if (conversation.Tracker.HasHole)
        {
            _holes.Add(conversation);
        }
    }

    private void Pull(KnownConversation conversation)
    {
        conversation.Tracker.PullStarted();
        var history = new Wire.HistoryRequest
        {
            Conversation = conversation.Id,
            // An `after` of 0 is absent and would mean the newest; around the first are the first ones.
            After = (ulong)conversation.Tracker.Received,
            Around = conversation.Tracker.Received == 0 ? 1UL : 0,
            Limit = ProtocolLimits.PageItems,
        };
        requests.Ask(new Wire.ClientFrame { History = history }, frame => Pulled(conversation, frame));
    }

    private void Pulled(KnownConversation conversation, Wire.ServerFrame frame)
    {
        var tracker = conversation.Tracker;
        if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.History)
        {
            var before = tracker.Received;
            Accept(WireMapping.ToItems(frame.History.Entries, frame.History.Skipped));
            tracker.PullEnded(tracker.Received > before, round.Now);
            if (frame.History.HasMoreAfter && tracker.Received > before)
            {
                tracker.MoreAbove(round.Now);
                _holes.Add(conversation);
            }
        }
        else if (frame.Err is { Retryable: true } err)
        {
            tracker.PullEnded(false, round.Now + TimeSpan.FromMilliseconds(err.RetryAfterMs));
        }
        else
        {
            // Not, or no longer, this user's.
            tracker.GiveUp();
        }
    }
}
