using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>
/// The sends of one session, in order per conversation (step 4): one unanswered append at a time, what comes meanwhile
/// is gathered into the next. When a batch fails retryably, all gathered behind it fail too, and the client sends them
/// all again, oldest first.
/// </summary>
internal sealed class SendLanes(Session session)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ConversationId, Lane> _lanes = [];
    private readonly List<Lane> _toStart = [];

    /// <summary>Ids of conversations named by their other side; for the reader of the session alone.</summary>
    public LastDirectId DirectIds { get; } = new(session.Services.DirectIds);

    /// <summary>
    /// Puts a send behind those before it. It leaves with <see cref="Start"/>, or with the next batch.
    /// </summary>
    public void Add(ConversationId conversation, PendingSend send)
    {
        lock (_gate)
        {
            if (!_lanes.TryGetValue(conversation, out var lane))
            {
                _lanes.Add(conversation, lane = new(conversation));
                _toStart.Add(lane);
            }

            lane.Waiting.Enqueue(send);
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
            var failure = ErrorCode.None;
            try
            {
                failure = await SendAsync(lane.Conversation, batch);
            }
            catch (Exception exception)
            {
                // It may be committed or not: the same cid tells.
                GatewayLog.AppendUnknown(session.Services.Log, exception, lane.Conversation);
                Fail(batch, ErrorCode.UnknownOutcome);
                failure = ErrorCode.Predecessor;
            }

            if (failure != ErrorCode.None)
            {
                Fail(TakeAll(lane), failure);
            }
        }
    }

    /// <summary>
    /// Sends one batch and answers it. Returns what the sends gathered behind it fail with, if they do.
    /// </summary>
    private async Task<ErrorCode> SendAsync(ConversationId conversation, PendingSend[] batch)
    {
        var peer = Array.Find(batch, each => !each.Peer.IsNone).Peer;
        PeerStanding standing;
        try
        {
            standing = await session.Services.Peers.FindAsync(session.User, peer, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // Not knowing it is no unknown outcome: nothing was sent.
            GatewayLog.CommandFailed(session.Services.Log, exception, session.Id);
            Fail(batch, ErrorCode.Unavailable);
            return ErrorCode.Unavailable;
        }

        var items = ImmutableArray.CreateRange(batch.Select(each => each.Item));
        var reply = await session.Services.Conversations.AppendAsync(
            conversation,
            new AppendRequest(session.User, session.Id, peer, items, standing)
        );
        if (reply.Results.Length != batch.Length)
        {
            throw new InvalidOperationException("An append answered another number of messages than it was given.");
        }

        return AnswerAll(conversation, batch, reply.Results, standing);
    }

    private ErrorCode AnswerAll(
        ConversationId conversation,
        PendingSend[] batch,
        ImmutableArray<AppendResult> results,
        PeerStanding standing
    )
    {
        var behind = ErrorCode.None;
        for (var i = 0; i < batch.Length; i++)
        {
            var (send, result) = (batch[i], results[i]);
            if (result.IsCommitted)
            {
                session.Services.Metrics.Accepted(result.Status, send.Began);
                session.Answer(send.Request, new ServerFrame { Sent = result.ToSent(conversation, send.Item.Cid) });
                continue;
            }

            session.Services.Rates.Answered(conversation, result.Status);
            // A conversation with nobody, named by its id, does not exist.
            var isNothing = standing == PeerStanding.Unreachable && send.Peer.IsNone;
            var code = result.Status.ToErrorCode();
            session.Fail(send.Request, isNothing && code == ErrorCode.Forbidden ? ErrorCode.NotFound : code);
            behind = result.Status switch
            {
                AppendStatus.Unavailable => ErrorCode.Unavailable,
                AppendStatus.Predecessor or AppendStatus.Unknown => ErrorCode.Predecessor,
                _ => behind,
            };
        }

        return behind;
    }

    private void Fail(PendingSend[] sends, ErrorCode code)
    {
        foreach (var send in sends)
        {
            session.Fail(send.Request, code);
        }
    }

    /// <summary>Takes the next batch; an empty lane ends.</summary>
    private bool TryTake(Lane lane, out PendingSend[] batch)
    {
        lock (_gate)
        {
            if (lane.Waiting.Count == 0)
            {
                _lanes.Remove(lane.Conversation);
                batch = [];
                return false;
            }

            batch = new PendingSend[Math.Min(lane.Waiting.Count, session.Services.Options.AppendBatch)];
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i] = lane.Waiting.Dequeue();
            }

            return true;
        }
    }

    private PendingSend[] TakeAll(Lane lane)
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

        public Queue<PendingSend> Waiting { get; } = new();
    }
}
