using Connect.Client.Events;
using Connect.Client.Marks;
using Connect.Client.Outbox;
using Connect.Client.Stores;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <remarks>This part: the outbox and the marks.</remarks>
internal sealed partial class SessionMachine
{
    private readonly SendQueue _outbox;
    private readonly CidClock _clock = new();
    private readonly MarkBook _marks = new();
    private long _lastOutboxId;

    /// <summary>How far the server's clock is ahead of this device's.</summary>
    public TimeSpan ClockOffset => _clock.Offset;

    /// <summary>The messages not yet sent, oldest first.</summary>
    public IReadOnlyList<OutgoingMessage> Outgoing => [.. _outbox.Items.Select(item => item.Handle)];

    /// <summary>Puts a message into the outbox; null when it is full.</summary>
    public OutgoingMessage? Enqueue(string conversation, string to, string text, long seen)
    {
        if (_outbox.Count >= _options.OutboxLimit)
        {
            return null;
        }

        var message = new OutboxMessage(
            ++_lastOutboxId,
            conversation,
            to,
            _clock.Next(_wall),
            text,
            seen > 0 ? seen : _marks.ReadOf(conversation),
            Transmitted: false
        );
        var item = new OutboxItem(message);
        _outbox.Add(item);
        Keep(item);
        Tell(new OutboxChanged(conversation));
        return item.Handle;
    }

    /// <summary>Takes a message back, if it was never transmitted.</summary>
    public bool Discard(OutgoingMessage message)
    {
        var item = _outbox.Find(message.Cid);
        if (item is null || item.Transmitted)
        {
            return false;
        }

        _outbox.Remove(item, _now);
        Forget(item);
        Effects.After.Add(() => item.Handle.Fail(new(ErrorCode.Invalid, "The message was discarded.")));
        return true;
    }

    /// <summary>The user has read up to here.</summary>
    public void MarkRead(string conversation, long seq)
    {
        if (_marks.Raise(conversation, 0, seq) is { } mark)
        {
            Remember(mark);
            Tell(new ReadMarked(conversation, mark.Read));
        }
    }

    /// <summary>The client ends: what is in the outbox stays there, and nobody waits for it here any more.</summary>
    public void Leave(ConnectException reason)
    {
        FailQuestions(reason);
        foreach (var handle in Outgoing)
        {
            Effects.After.Add(() => handle.Abandon(reason));
        }
    }

    private void AdvanceSends()
    {
        while (CanAsk && _outbox.TryTake(_now, Prepare, out var item, out var after))
        {
            var send = new Wire.Send
            {
                Cid = item.Cid,
                Text = item.Text,
                After = after,
                Seen = (ulong)item.Seen,
            };
            // Until the direct conversation is known to exist, its other user says where it goes.
            if (item.To.Length > 0 && Conversation(item.Conversation).Tracker.Received == 0)
            {
                send.To = item.To;
            }
            else
            {
                send.Conversation = item.Conversation;
            }

            var request = new Wire.ClientFrame { Send = send };
            if (!_fit.Fits(request))
            {
                Refused(item, new(ErrorCode.TooLarge, $"The server takes no message above {_fit.Limit} bytes."));
                continue;
            }

            item.Handle.State = OutgoingState.Sending;
            _ownTyping.Sent(item.Conversation);
            Request(request, frame => Answered(item, frame));
        }
    }

    /// <summary>
    /// Before the first transmission: a cid whose time is far off is replaced, and that it is transmitted is
    /// remembered before it is, so that the cid never changes afterwards.
    /// </summary>
    private void Prepare(OutboxItem item)
    {
        item.Repeated = item.Transmitted;
        if (item.Transmitted)
        {
            return;
        }

        if (_clock.IsFarOff(item.Cid, _wall))
        {
            _outbox.Rename(item, _clock.Next(_wall));
        }

        item.Transmitted = true;
        Keep(item);
    }

    private void Answered(OutboxItem item, Wire.ServerFrame frame)
    {
        if (_outbox.Find(item.Cid) != item)
        {
            // Its entry came first.
            return;
        }

        if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Sent)
        {
            var sent = frame.Sent;
            var time = WireMapping.ToTime(sent.Time);
            Complete(item, new(sent.Conversation, item.Cid, (long)sent.Seq, time, sent.Duplicate));
            Accept([
                LogItem.Of(
                    new Entry(
                        sent.Conversation,
                        (long)sent.Seq,
                        time,
                        Wire.EntryKind.Message,
                        _user,
                        item.Cid,
                        item.Text,
                        null
                    )
                ),
            ]);
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
            _renewToken = true;
            _tokenDueAt = _now;
            _outbox.Retry(item, TimeSpan.Zero, wait: true, everywhere: false, _now);
            return;
        }

        if (error.Retryable)
        {
            var everywhere = error.Code is ErrorCode.RateLimited or ErrorCode.Overloaded;
            _outbox.Retry(item, error.RetryAfter, wait: true, everywhere, _now);
            return;
        }

        _outbox.Remove(item, _now);
        Forget(item);
        var told = new ConnectException(error.Code, error.Message)
        {
            PerhapsSent = error.Code == ErrorCode.TooOld && item.Repeated,
        };
        Effects.After.Add(() =>
        {
            item.Handle.Fail(told);
            _hub.Publish(new SendFailed(item.Handle, told));
        });
    }

    private void Complete(OutboxItem item, SentMessage sent)
    {
        _outbox.Remove(item, _now);
        Forget(item);
        Effects.After.Add(() => item.Handle.Complete(sent));
    }

    private void Keep(OutboxItem item)
    {
        // Only the last word counts, and a message that is put in and transmitted in one go is written once.
        Effects.Batch.Outbox.RemoveAll(message => message.Id == item.Id);
        Effects.Batch.Outbox.Add(item.ToStored());
        Effects.Durable = true;
    }

    private void Forget(OutboxItem item)
    {
        Effects.Batch.Outbox.RemoveAll(message => message.Id == item.Id);
        Effects.Batch.OutboxRemoved.Add(item.Id);
        Tell(new OutboxChanged(item.Conversation));
    }

    private void AdvanceMarks()
    {
        if (_marks.Take(_now, _fit) is not { } request)
        {
            return;
        }

        // What is told to be delivered must not be lost afterwards.
        Effects.Durable = true;
        Request(
            request,
            frame =>
            {
                var err = frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Err ? frame.Err : null;
                var settled = err is null
                    ? _marks.Confirmed()
                    : _marks.Refused(err.Retryable, TimeSpan.FromMilliseconds(err.RetryAfterMs), _now);
                settled.ForEach(Remember);
            }
        );
    }

    private void Remember(StoredMark? mark)
    {
        if (mark is not null)
        {
            Effects.Batch.Marks.Add(mark);
        }
    }
}
