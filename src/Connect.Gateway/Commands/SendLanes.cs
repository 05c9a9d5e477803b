using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;
using Connect.Conversations.Sending;
using Connect.Doors.Wire;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>
/// The sends of one session, in order per conversation: one unanswered append at a time, what comes meanwhile is
/// gathered into the next. When a batch fails retryably, all gathered behind it fail too, and the client sends them
/// all again, oldest first.
/// </summary>
internal sealed class SendLanes(Session session, MessageSending sending, LastDirectId directIds, int batchSize)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ConversationId, Lane> _lanes = [];
    private readonly List<Lane> _toStart = [];

    /// <summary>Ids of conversations named by their other side; for the reader of the session alone.</summary>
    public LastDirectId DirectIds { get; } = directIds;

    /// <summary>
    /// Puts a message behind those before it. It leaves with <see cref="Start"/>, or with the next batch.
    /// </summary>
    public void Add(in OutgoingMessage message)
    {
        lock (_gate)
        {
            if (!_lanes.TryGetValue(message.Conversation, out var lane))
            {
                _lanes.Add(message.Conversation, lane = new(message.Conversation));
                _toStart.Add(lane);
            }

            lane.Waiting.Enqueue(message);
        }
    }

    /// <summary>Starts the lanes that are new; the others go on by themselves. Called by the reader alone.</summary>
    public void Start()
    {
        foreach (var lane in _toStart)
        {
            _ = RunAsync(lane);
        }

        _toStart.Clear();
    }

    private async Task RunAsync(Lane lane)
    {
        while (TryTake(lane, out var batch))
        {
            var reply = await sending.AppendAsync(session.User, session.Id, batch);
            try
            {
                Answer(lane, batch, reply);
            }
            catch (Exception exception)
            {
                // Nobody knows which of them were answered: the client connects again and repeats what it must. What
                // was gathered behind must not overtake it.
                session.EndFaulted(exception);
                TakeAll(lane);
            }
        }
    }

    private void Answer(Lane lane, OutgoingMessage[] batch, in SendReply reply)
    {
        for (var i = 0; i < batch.Length; i++)
        {
            Answer(batch[i], reply, i);
        }

        if (reply.Behind() is not RefusalReason.None and var behind)
        {
            foreach (var message in TakeAll(lane))
            {
                session.Fail(new(message.Tag), behind.ToErrorCode());
            }
        }
    }

    private void Answer(in OutgoingMessage message, in SendReply reply, int index)
    {
        var reason = reply.ReasonOf(index, message);
        if (reason == RefusalReason.None)
        {
            var sent = reply.Results[index].ToSent(message.Conversation, message.Item.Cid);
            session.Answer(new(message.Tag), new ServerFrame { Sent = sent });
        }
        else
        {
            session.Fail(new(message.Tag), reason.ToErrorCode());
        }
    }

    /// <summary>Takes the next batch; an empty lane ends.</summary>
    private bool TryTake(Lane lane, out OutgoingMessage[] batch)
    {
        lock (_gate)
        {
            if (lane.Waiting.Count == 0)
            {
                _lanes.Remove(lane.Conversation);
                batch = [];
                return false;
            }

            batch = new OutgoingMessage[Math.Min(lane.Waiting.Count, batchSize)];
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i] = lane.Waiting.Dequeue();
            }

            return true;
        }
    }

    private OutgoingMessage[] TakeAll(Lane lane)
    {
        lock (_gate)
        {
            var all = lane.Waiting.ToArray();
            lane.Waiting.Clear();
            return all;
        }
    }

    private sealed class Lane(ConversationId conversation)
    {
        public ConversationId Conversation { get; } = conversation;

        public Queue<OutgoingMessage> Waiting { get; } = new();
    }
}

/// <summary>
/// Remembers the last pair: who writes to a user writes to them again, and the id of a conversation is a keyed hash of
/// the two. Not thread-safe: the reader of one session owns it.
/// </summary>
internal sealed class LastDirectId(IDirectConversationIds ids) : IDirectConversationIds
{
    private (UserId One, UserId Other) _pair;
    private ConversationId _id;

    public ConversationId Derive(UserId one, UserId other)
    {
        if (_pair != (one, other))
        {
            _id = ids.Derive(one, other);
            _pair = (one, other);
        }

        return _id;
    }
}
