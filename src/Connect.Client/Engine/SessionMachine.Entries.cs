using Connect.Client.Events;
using Connect.Client.Positions;
using Connect.Client.Stores;
using Connect.Client.Sync;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <remarks>This part: entries, positions, holes, and catching up.</remarks>
internal sealed partial class SessionMachine
{
    /// <summary>Entries of one conversation kept above a hole; what is beyond comes with the pull.</summary>
    private const int BufferLimit = 256;

    private static readonly TimeSpan SyncRetry = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, ConversationState> _conversations = new(StringComparer.Ordinal);
    private readonly HashSet<ConversationState> _holes = [];
    private readonly List<LogItem> _released = [];
    private readonly HashSet<(string Conversation, string Username)> _directs = [];
    private SyncRun? _sync;
    private Wire.SyncMode _syncMode;
    private TimeSpan? _syncRetryAt;
    private bool _listAfterSync;
    private readonly ListRead _list = new();

    /// <summary>The application took an entry and came back for more.</summary>
    public void Consumed(FeedItem item)
    {
        var (id, through) = (item.Event.Conversation, item.Through);
        var conversation = Conversation(id);
        if (item.Life != conversation.Life)
        {
            return;
        }

        if (_keepsEntries)
        {
            Effects.Batch.Consumed.Add(new(id, 0, through));
            Refill(conversation);
        }
        else
        {
            if (item.Foreign)
            {
                Remember(_marks.Raise(id, through, 0));
            }

            if (conversation.Tracker.Paused && _hub.Pending(id) <= _options.PendingEvents / 2)
            {
                conversation.Tracker.Resume(_now);
            }
        }
    }

    /// <summary>Somebody listens to a conversation, or to all: what the store holds for them is read.</summary>
    public void Subscribed(string? id)
    {
        foreach (var conversation in _conversations.Values.Where(each => id is null || each.Id == id))
        {
            Refill(conversation);
        }
    }

    /// <summary>A part of the store was read.</summary>
    public void Refilled(StoreRead read, IReadOnlyList<LogItem> items)
    {
        var conversation = Conversation(read.Conversation);
        if (read.Life != conversation.Life)
        {
            return;
        }

        conversation.Refilling = false;
        foreach (var item in items.Where(item => item.To > conversation.Published))
        {
            Publish(conversation, item);
        }

        if (items.Count == 0)
        {
            // The store has forgotten them; they are still in the history.
            conversation.Published = Math.Max(conversation.Published, conversation.RefillTo);
            Refill(conversation);
        }
    }

    private void BeginAfter(Wire.Welcome welcome)
    {
        _wasLive = false;
        // What was being read when the connection broke is not read yet.
        _listAfterSync = welcome.Refresh || _list.IsOpen;
        if (welcome.Resumed == Wire.Resumed.Full)
        {
            Caught();
            return;
        }

        _listAfterSync = true;
        Set(ConnectionState.Syncing, null);
        if (welcome.Resumed == Wire.Resumed.Partial)
        {
            BeginSync(Wire.SyncMode.Listed, welcome.Changed.Select(changed => changed.Conversation));
            return;
        }

        var fresh =
            _options.FirstSync == SyncStart.Fresh && _conversations.Values.All(each => each.Tracker.Received == 0);
        BeginSync(fresh ? Wire.SyncMode.Fresh : Wire.SyncMode.All, null);
    }

    private void BeginSync(Wire.SyncMode mode, IEnumerable<string>? listed)
    {
        _syncRetryAt = null;
        _wasLive = false;
        _listAfterSync |= mode != Wire.SyncMode.Listed;
        // A second try of a part would have to keep the list: all is always right.
        _syncMode = mode == Wire.SyncMode.Listed ? Wire.SyncMode.All : mode;
        var told = listed is null
            ? _conversations.Values.Where(each => each.Tracker.Received > 0 && !each.IsOver)
            : listed.Select(Conversation);
        _sync = new(mode, [.. told.Take(SyncRun.MaxPositions).Select(Position)]);
        // A position that was told must not fall back.
        Effects.Durable = true;
        Continue(_sync);
    }

    private void RetrySync()
    {
        _syncRetryAt = null;
        if (_sync is { HasPage: true } run)
        {
            Continue(run);
        }
        else
        {
            BeginSync(_syncMode, null);
        }
    }

    private void Continue(SyncRun run) => Request(run.Next(_fit), frame => Synced(run, frame));

    private void Synced(SyncRun run, Wire.ServerFrame frame)
    {
        if (run != _sync)
        {
            return;
        }

        if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Err)
        {
            var error = ConnectException.From(frame.Err);
            if (error.Retryable)
            {
                _syncRetryAt = _now + (error.RetryAfter > SyncRetry ? error.RetryAfter : SyncRetry);
            }
            else
            {
                Retry(error, TimeSpan.Zero);
            }

            return;
        }

        if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.SyncPage)
        {
            run.HasPage = true;
            foreach (var reset in frame.SyncPage.Reset)
            {
                Reset(Conversation(reset.Conversation), (long)reset.Seq);
            }

            var items = WireMapping.ToItems(frame.SyncPage.Entries, frame.SyncPage.Skipped);
            if (run.Mode == Wire.SyncMode.Fresh)
            {
                // What lies before the first item of a conversation is what other devices have got.
                items.ForEach(item => Conversation(item.Conversation).StartAt(item.From - 1));
            }

            Accept(items);
            if (frame.SyncPage.Synced)
            {
                Caught();
                return;
            }
        }

        Continue(run);
    }

    /// <summary>No hole is left that the server knew of: the session is live.</summary>
    private void Caught()
    {
        var fresh = _sync?.Mode == Wire.SyncMode.Fresh;
        _sync = null;
        _wasLive = true;
        _reconnect.Reset();
        Set(ConnectionState.Live, null);
        Release(null);
        if (_listAfterSync)
        {
            _listAfterSync = false;
            _list.Begin(fresh);
            ReadList();
        }
    }

    /// <summary>Receipts and marks that changed while this device was away.</summary>
    private void ReadList()
    {
        var run = _list.Ask();
        var page = new Wire.ConversationsRequest { After = _list.After, Limit = ProtocolLimits.PageItems };
        Request(
            new Wire.ClientFrame { Conversations = page },
            frame =>
            {
                if (!_list.IsRun(run))
                {
                    return;
                }

                if (frame.BodyCase != Wire.ServerFrame.BodyOneofCase.Conversations)
                {
                    _list.Refused(ConnectException.From(frame.Err), _now);
                    return;
                }

                foreach (var item in frame.Conversations.Items)
                {
                    AcceptSummary(item, _list.IsFresh);
                }

                if (_list.Took(frame.Conversations.Next))
                {
                    ReadList();
                }
            }
        );
    }

    private void AcceptSummary(Wire.ConversationSummary summary, bool fresh)
    {
        var conversation = Conversation(summary.Id);
        conversation.IsOver = false;
        if (fresh)
        {
            conversation.StartAt((long)summary.Delivered);
        }

        Remember(_marks.Confirm(summary.Id, (long)summary.Delivered, (long)summary.Read));
        // Remembered, so that it is shown under its name and opens without a connection.
        if (summary.PeerUsername.Length > 0 && _directs.Add((summary.Id, summary.PeerUsername)))
        {
            Effects.Batch.Directs.Add(new(summary.PeerUsername, summary.Peer, summary.Id));
        }

        Place(conversation, _user, (long)summary.Delivered, (long)summary.Read);
        foreach (var other in summary.Others)
        {
            Place(conversation, other.User, (long)other.Delivered, (long)other.Read);
        }

        // They count this user's newest message, which is not named: at least they hold for the newest one known here.
        if (summary.Head >= (ulong)conversation.OwnSeq && conversation.OwnSeq > 0)
        {
            Count(conversation, conversation.OwnSeq, (int)summary.DeliveredCount, (int)summary.ReadCount);
        }
    }

    private void AcceptChange(Wire.ConversationChanged change)
    {
        var conversation = Conversation(change.Conversation);
        conversation.IsOver = change.Over;
        if (change.Over)
        {
            conversation.Tracker.GiveUp();
        }

        Tell(new ConversationChanged(change.Conversation, change.Over));
    }

    private void AcceptHints(Wire.Hints hints)
    {
        foreach (var hint in hints.Hints_)
        {
            var conversation = Conversation(hint.Conversation);
            conversation.Tracker.Hint((long)hint.Head, _now);
            if (conversation.Tracker.HasHole)
            {
                _holes.Add(conversation);
            }
        }
    }

    /// <summary>Takes items, wherever they come from: pushed, synced, pulled, or sent from here.</summary>
    private void Accept(List<LogItem> items)
    {
        foreach (var item in items)
        {
            if (item.Entry is { Cid.Length: > 0 } entry && entry.From == _user && _outbox.Find(entry.Cid) is { } sent)
            {
                Complete(sent, new(entry.Conversation, entry.Cid, entry.Seq, entry.Time, Duplicate: true));
            }

            var conversation = Conversation(item.Conversation);
            NoteSender(conversation, item.Entry);
            var tracker = conversation.Tracker;
            if (!_keepsEntries && !tracker.Paused && _hub.Pending(conversation.Id) >= _options.PendingEvents)
            {
                tracker.Pause();
            }

            _released.Clear();
            tracker.Offer(item, _now, _released);
            if (tracker.HasHole)
            {
                _holes.Add(conversation);
            }

            if (_released.Count > 0)
            {
                Hold(conversation);
            }
        }
    }

    private void NoteSender(ConversationState conversation, Entry? entry)
    {
        if (entry is { Kind: Wire.EntryKind.Message })
        {
            TypingEndedBy(entry);
            conversation.OwnSeq = entry.From == _user ? Math.Max(conversation.OwnSeq, entry.Seq) : conversation.OwnSeq;
        }
    }

    /// <summary>What follows without a hole is kept and handed on.</summary>
    private void Hold(ConversationState conversation)
    {
        conversation.MovedAt = _now;
        var foreign = false;
        foreach (var item in _released)
        {
            foreign |= IsForeign(item);
            if (!_keepsEntries)
            {
                Publish(conversation, item);
                continue;
            }

            Effects.Batch.Items.Add(item);
            var follows = conversation.Published >= item.From - 1 && !conversation.Refilling;
            if (follows && _hub.Pending(conversation.Id) < _options.PendingEvents)
            {
                Publish(conversation, item);
            }
        }

        if (foreign && _keepsEntries)
        {
            Remember(_marks.Raise(conversation.Id, conversation.Tracker.Received, 0));
        }
    }

    private void Publish(ConversationState conversation, LogItem item)
    {
        conversation.Published = item.To;
        var value = WireMapping.ToEvent(item, User);
        var foreign = IsForeign(item);
        var life = conversation.Life;
        Effects.After.Add(() => _hub.PublishEntry(value, item.To, foreign, life));
    }

    private bool IsForeign(LogItem item) => item.Entry is { } entry && entry.From != _user;

    private void Refill(ConversationState conversation)
    {
        var room = (_options.PendingEvents / 2) - _hub.Pending(conversation.Id);
        if (room > 0 && !conversation.Refilling && conversation.Published < conversation.Tracker.Received)
        {
            conversation.Refilling = true;
            conversation.RefillTo = conversation.Tracker.Received;
            Effects.Reads.Add(new(conversation.Id, conversation.Published, room, conversation.Life));
        }
    }

    private void AdvancePulls()
    {
        _holes.RemoveWhere(conversation => !conversation.Tracker.HasHole);
        if (State != ConnectionState.Live)
        {
            return;
        }

        foreach (var conversation in _holes)
        {
            if (CanAsk && conversation.Tracker.PullAt <= _now)
            {
                Pull(conversation);
            }
        }
    }

    private void Pull(ConversationState conversation)
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
        Request(new Wire.ClientFrame { History = history }, frame => Pulled(conversation, frame));
    }

    private void Pulled(ConversationState conversation, Wire.ServerFrame frame)
    {
        var tracker = conversation.Tracker;
        if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.History)
        {
            var before = tracker.Received;
            Accept(WireMapping.ToItems(frame.History.Entries, frame.History.Skipped));
            tracker.PullEnded(tracker.Received > before, _now);
            if (frame.History.HasMoreAfter && tracker.Received > before)
            {
                tracker.MoreAbove(_now);
                _holes.Add(conversation);
            }
        }
        else if (frame.Err is { Retryable: true } err)
        {
            tracker.PullEnded(false, _now + TimeSpan.FromMilliseconds(err.RetryAfterMs));
        }
        else
        {
            // Not, or no longer, this user's.
            tracker.GiveUp();
        }
    }

    private ConversationState Conversation(string id)
    {
        if (!_conversations.TryGetValue(id, out var conversation))
        {
            conversation = new(id, 0, 0, BufferLimit);
            _conversations.Add(id, conversation);
        }

        return conversation;
    }

    private static Wire.Position Position(ConversationState conversation) =>
        new() { Conversation = conversation.Id, Seq = (ulong)conversation.Tracker.Received };
}
