using Connect.Client.Connections;
using Connect.Client.Outbox;
using Connect.Client.Positions;
using Connect.Client.Stores;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>The outbox: what is sent, and what the server said to it.</summary>
internal sealed class Sends
{
    private readonly Round _round;
    private readonly Requests _requests;
    private readonly ConversationTable _conversations;
    private readonly Marks _marks;
    private readonly CidClock _clock;
    private readonly int _limit;
    private readonly SendQueue _queue;
    private long _lastId;

    public Sends(
        Round round,
        Requests requests,
        ConversationTable conversations,
        Marks marks,
        CidClock clock,
        ConnectOptions options
    )
    {
        _round = round;
        _requests = requests;
        _conversations = conversations;
        _marks = marks;
        _clock = clock;
        _limit = options.OutboxLimit;
        _queue = new(options.Random);
    }

    /// <summary>A message of a conversation is transmitted.</summary>
    public event Action<string>? Sending;

    /// <summary>A message was committed: where, and its text.</summary>
    public event Action<SentMessage, string>? Committed;

    /// <summary>A message was refused because of the token.</summary>
    public event Action? TokenRefused;

    /// <summary>The messages not yet sent, oldest first.</summary>
    public IReadOnlyList<OutgoingMessage> Outgoing => [.. _queue.Items.Select(item => item.Handle)];

    /// <summary>When something is due next.</summary>
    public TimeSpan? DueAt => _requests.CanAsk ? _queue.DueAt(_round.Now) : null;

    public void Load(OutboxMessage message)
    {
        _queue.Add(new OutboxItem(message));
        _lastId = Math.Max(_lastId, message.Id);
    }

    /// <summary>Puts a message into the outbox; null when it is full.</summary>
    public OutgoingMessage? Enqueue(string conversation, string to, string text, long seen)
    {
        if (_queue.Count >= _limit)
        {
            return null;
        }

        var message = new OutboxMessage(
            ++_lastId,
            conversation,
            to,
            _clock.Next(_round.Wall),
            text,
            seen > 0 ? seen : _marks.ReadOf(conversation),
            Transmitted: false
        );
        var item = new OutboxItem(message);
        _queue.Add(item);
        Keep(item);
        _round.Tell(new OutboxChanged(conversation, item.Handle));
        return item.Handle;
    }

    /// <summary>Takes a message back, if it was never transmitted.</summary>
    public bool Discard(OutgoingMessage message)
    {
        var item = _queue.Find(message.Cid);
        if (item is null || item.Transmitted)
        {
            return false;
        }

        _queue.Remove(item, _round.Now);
        Forget(item);
        _round.Effects.After.Add(() => item.Handle.Fail(new(ErrorCode.Invalid, "The message was discarded.")));
        return true;
    }

    /// <summary>The client ends or gives up: the outbox keeps what is in it, and nobody waits any more.</summary>
    public void Leave(ConnectException reason)
    {
        foreach (var handle in Outgoing)
        {
            _round.Effects.After.Add(() => handle.Abandon(reason));
        }
    }

    /// <summary>A session begins.</summary>
    public void Begin(long sendRate) => _queue.Connected(sendRate, _round.Now);

    public void Disconnected() => _queue.Disconnected();

    /// <summary>An entry of this user arrived: a message with its cid is sent, whatever became of its answer.</summary>
    public void ArrivedOwn(Entry entry)
    {
        if (entry.Cid.Length > 0 && _queue.Find(entry.Cid) is { } item)
        {
            Complete(item, new(entry.Conversation, entry.Cid, entry.Seq, entry.Time, Duplicate: true));
        }
    }

    /// <summary>Nothing of a conversation above a seq exists any more.</summary>
    public void Drop(string conversation, long seq)
    {
        foreach (var item in _queue.Items.Where(item => item.Conversation == conversation && item.Seen > seq))
        {
            // What was on screen then is not what has these numbers now.
            item.Seen = 0;
            _round.Effects.Batch.Outbox.Add(item.ToStored());
        }
    }

    public void Advance()
    {
        while (_requests.CanAsk && _queue.TryTake(_round.Now, Prepare, out var item, out var after))
        {
            var request = new Wire.ClientFrame { Send = ToSend(item, after) };
            if (!_requests.Fit.Fits(request))
            {
                var limit = _requests.Fit.Limit;
                Refused(item, new(ErrorCode.TooLarge, $"The server accepts no more than {limit} bytes in a message."));
                continue;
            }

            item.Handle.State = OutgoingState.Sending;
            Sending?.Invoke(item.Conversation);
            _requests.Ask(request, frame => Answered(item, frame));
        }
    }

    private Wire.Send ToSend(OutboxItem item, string after)
    {
        var send = new Wire.Send
        {
            Cid = item.Cid,
            Text = item.Text,
            After = after,
            Seen = (ulong)item.Seen,
        };
        // Until the direct conversation is known to exist, its other user says where it goes.
        if (item.To.Length > 0 && _conversations.Of(item.Conversation).Tracker.Received == 0)
        {
            send.To = item.To;
        }
        else
        {
            send.Conversation = item.Conversation;
        }

        return send;
    }

    /// <summary>
    /// Before the first transmission: a cid whose time is far off is replaced, and the transmission is stored before it
    /// happens, so that the cid never changes afterwards.
    /// </summary>
    private void Prepare(OutboxItem item)
    {
        item.Repeated = item.Transmitted;
        if (item.Transmitted)
        {
            return;
        }

        if (_clock.IsFarOff(item.Cid, _round.Wall))
        {
            _queue.Rename(item, _clock.Next(_round.Wall));
        }

        item.Transmitted = true;
        Keep(item);
    }

    private void Answered(OutboxItem item, Wire.ServerFrame frame)
    {
        if (_queue.Find(item.Cid) != item)
        {
            // Its entry came first.
            return;
        }

        if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Sent)
        {
            var sent = frame.Sent;
            var time = WireMapping.ToTime(sent.Time);
            var message = new SentMessage(sent.Conversation, item.Cid, (long)sent.Seq, time, sent.Duplicate);
            Complete(item, message);
            Committed?.Invoke(message, item.Text);
        }
        else if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Err)
        {
            Refused(item, ConnectException.From(frame.Err));
        }
    }

    private void Refused(OutboxItem item, ConnectException error)
    {
        if (error.Code is ErrorCode.Unauthenticated or ErrorCode.TokenExpired)
        {
            TokenRefused?.Invoke();
            _queue.Retry(item, TimeSpan.Zero, wait: true, everywhere: false, _round.Now);
            return;
        }

        if (error.Retryable)
        {
            var everywhere = error.Code is ErrorCode.RateLimited or ErrorCode.Overloaded;
            _queue.Retry(item, error.RetryAfter, wait: true, everywhere, _round.Now);
            return;
        }

        _queue.Remove(item, _round.Now);
        Forget(item);
        var told = new ConnectException(error.Code, error.Message)
        {
            PerhapsSent = error.Code == ErrorCode.TooOld && item.Repeated,
        };
        _round.Effects.After.Add(() => item.Handle.Fail(told));
        _round.Tell(new SendFailed(item.Handle, told));
    }

    private void Complete(OutboxItem item, SentMessage sent)
    {
        _queue.Remove(item, _round.Now);
        Forget(item);
        _round.Effects.After.Add(() => item.Handle.Complete(sent));
    }

    private void Keep(OutboxItem item)
    {
        // Only the last state counts: a message that is enqueued and transmitted in one round is written once.
        _round.Effects.Batch.Outbox.RemoveAll(message => message.Id == item.Id);
        _round.Effects.Batch.Outbox.Add(item.ToStored());
        _round.Effects.Durable = true;
    }

    private void Forget(OutboxItem item)
    {
        _round.Effects.Batch.Outbox.RemoveAll(message => message.Id == item.Id);
        _round.Effects.Batch.OutboxRemoved.Add(item.Id);
        _round.Tell(new OutboxChanged(item.Conversation, item.Handle));
    }
}
