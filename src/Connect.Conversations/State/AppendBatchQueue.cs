using System.Runtime.InteropServices;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>Work that waits for the pump: bounded and FIFO, which keeps each device's order.</summary>
internal sealed class AppendBatchQueue(ConversationOptions options)
{
    private readonly Queue<WaitingMessage> _messages = new();
    private readonly Queue<(WaitingChange Change, long Behind)> _changes = new();
    private readonly Queue<WaitingMark> _far = new();
    private readonly Dictionary<UserId, WaitingMark> _farOf = [];
    private Dictionary<UserId, WaitingMark> _marks = [];
    private Dictionary<UserId, WaitingMark> _hasty = [];
    private long _bytes;
    private long _added;
    private long _taken;

    /// <summary>
    /// Work that is due now: messages, changes, and marks that must be answered at once or wait for a count.
    /// </summary>
    public bool HasWork => _messages.Count + _changes.Count + _hasty.Count + _far.Count > 0;

    /// <summary>Marks that wait for an append to join.</summary>
    public bool HasMarks => _marks.Count > 0;

    /// <summary>False when there is no room for all of them; then none is taken.</summary>
    public bool TryAdd(WaitingAppend append)
    {
        long bytes = 0;
        foreach (var item in append.Request.Items)
        {
            bytes += item.Text.Length;
        }

        if (
            _messages.Count + append.Request.Items.Length > options.MaxWaitingMessages
            || _bytes + bytes > options.MaxWaitingBytes
        )
        {
            return false;
        }

        _bytes += bytes;
        _added += append.Request.Items.Length;
        for (var i = 0; i < append.Request.Items.Length; i++)
        {
            _messages.Enqueue(new WaitingMessage(append, i));
        }

        return true;
    }

    /// <summary>
    /// False when there is no room. A change waits behind the messages queued before it.
    /// </summary>
    public bool TryAdd(WaitingChange change)
    {
        if (_changes.Count >= options.MaxWaitingChanges)
        {
            return false;
        }

        _changes.Enqueue((change, _added));
        return true;
    }

    /// <summary>
    /// The mark with which a request waits: all that one user asks meanwhile is one, so that many devices take no more
    /// room than one. Null when there is no room.
    /// </summary>
    /// <param name="request">Of a member, or of somebody who claims to be one.</param>
    /// <param name="isHasty">It is due now, without the marks that wait.</param>
    public WaitingMark? TryAdd(MarkRequest request, bool isHasty = false)
    {
        var marks = isHasty ? _hasty : _marks;
        if (marks.TryGetValue(request.User, out var waiting))
        {
            waiting.Merge(request);
            return waiting;
        }

        if (_marks.Count + _hasty.Count + _far.Count >= options.MaxWaitingMarks)
        {
            return null;
        }

        return marks[request.User] = new WaitingMark(request);
    }

    /// <summary>
    /// Marks for which the store has to count go behind the messages that wait now, in a batch without any: nobody's
    /// message waits for them.
    /// </summary>
    /// <param name="batch">It is committed.</param>
    /// <param name="decision">Says whose marks are raised later.</param>
    /// <param name="isStopping">Those for which the store has no count yet are answered: it may take too long.</param>
    public void Defer(AppendBatch batch, AppendBatchDecision decision, bool isStopping)
    {
        if (decision.Later.Count == 0)
        {
            return;
        }

        var isIndexing = batch.Counts.ContainsValue(null);
        var waited = new HashSet<UserId>();
        foreach (var mark in batch.Marks)
        {
            // A user has two marks in a batch when one waited and the other was due at once.
            if (!decision.Later.TryGetValue(mark.Request.User, out var target))
            {
                continue;
            }

            waited.Add(mark.Request.User);
            if (isStopping && isIndexing)
            {
                mark.Complete(AppendStatus.Unavailable, default);
                continue;
            }

            mark.Aim(target);
            Defer(mark);
        }

        // What messages said to have been seen: nobody waits for that.
        foreach (var (user, target) in decision.Later)
        {
            if (!waited.Contains(user))
            {
                Defer(new WaitingMark(new(user, target.Delivered, target.Read)));
            }
        }
    }

    private void Defer(WaitingMark mark)
    {
        if (_farOf.TryGetValue(mark.Request.User, out var waiting))
        {
            waiting.Absorb(mark);
            return;
        }

        mark.Behind = _added;
        _farOf.Add(mark.Request.User, mark);
        _far.Enqueue(mark);
    }

    /// <summary>
    /// The next batch: a change alone, marks for which the store counts, or as many messages as one commit may carry.
    /// Waiting marks join a member's message, which commits anyway; an outsider's request must not cause a commit for
    /// them.
    /// </summary>
    /// <param name="marksAreDue">They have waited long enough.</param>
    /// <param name="isMember">Whether a sender is a member, as far as known.</param>
    public AppendBatch Take(bool marksAreDue, Func<UserId, bool> isMember)
    {
        if (_changes.TryPeek(out var first) && first.Behind <= _taken)
        {
            return new AppendBatch { Change = _changes.Dequeue().Change };
        }

        var batch = new AppendBatch();
        if (_far.TryPeek(out var far) && far.Behind <= _taken)
        {
            TakeFar(batch);
            return batch;
        }

        long bytes = 0;
        var limit = _changes.Count == 0 ? long.MaxValue : first.Behind - _taken;
        limit = Math.Min(limit, options.MaxCommitMessages);
        while (_messages.TryPeek(out var next) && batch.Messages.Count < limit)
        {
            bytes += next.Item.Text.Length;
            if (batch.Messages.Count > 0 && bytes > options.MaxCommitBytes)
            {
                break;
            }

            _bytes -= next.Item.Text.Length;
            batch.Messages.Add(_messages.Dequeue());
        }

        _taken += batch.Messages.Count;

        batch.Marks.AddRange(_hasty.Values);
        _hasty = [];
        if (marksAreDue || batch.Messages.Exists(message => isMember(message.Sender)))
        {
            batch.Marks.AddRange(_marks.Values);
            _marks = [];
        }

        return batch;
    }

    private void TakeFar(AppendBatch batch)
    {
        while (batch.Marks.Count < options.MaxCountedMarks && _far.TryPeek(out var next) && next.Behind <= _taken)
        {
            _farOf.Remove(_far.Dequeue().Request.User);
            batch.Marks.Add(next);
        }
    }

    /// <summary>Answers everything that waits: nothing was written, all of it may be sent again.</summary>
    public void Fail()
    {
        while (HasWork || HasMarks)
        {
            Take(marksAreDue: true, static _ => true).Fail();
        }
    }
}

/// <summary>A caller of <see cref="IConversationGrain.AppendAsync"/>: answered when each of its messages is.</summary>
internal sealed class WaitingAppend
{
    private readonly TaskCompletionSource<AppendReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AppendResult[] _results;
    private int _left;

    public WaitingAppend(AppendRequest request)
    {
        Request = request;
        _results = new AppendResult[request.Items.Length];
        _left = _results.Length;
    }

    public AppendRequest Request { get; }

    public Task<AppendReply> Reply => _reply.Task;

    /// <summary>Sets the result of one message; the first one stays.</summary>
    public void Complete(int index, AppendResult result)
    {
        if (_results[index].Status != 0)
        {
            return;
        }

        _results[index] = result;
        if (--_left == 0)
        {
            _reply.SetResult(new AppendReply(ImmutableCollectionsMarshal.AsImmutableArray(_results)));
        }
    }
}

/// <summary>A message that waits for its decision, with the store's answers so far.</summary>
internal sealed class WaitingMessage(WaitingAppend append, int index)
{
    public AppendItem Item { get; } = append.Request.Items[index];

    public UserId Sender => append.Request.Sender;

    public SessionId Session => append.Request.Session;

    /// <summary>The other user of a direct conversation when the message may create it; none otherwise.</summary>
    public UserId Peer => append.Request.Peer;

    public PeerStanding Standing => append.Request.Standing;

    /// <summary>The store was asked for the cid; <see cref="Known"/> is its answer.</summary>
    public bool Asked { get; private set; }

    /// <summary>The idempotency row of the cid; null when not asked or not known.</summary>
    public KnownCid? Known { get; private set; }

    /// <summary>The store was asked for the predecessor; <see cref="AfterKnown"/> is its answer.</summary>
    public bool AfterAsked { get; private set; }

    public bool AfterKnown { get; private set; }

    public void Answer(KnownCid? known) => (Asked, Known) = (true, known);

    public void AnswerAfter(bool known) => (AfterAsked, AfterKnown) = (true, known);

    /// <summary>
    /// Drops negative answers: another writer may have committed since. Positive ones stay true for ever.
    /// </summary>
    public void ForgetUnknown()
    {
        Asked = Known is not null;
        AfterAsked = AfterKnown;
    }

    public void Complete(AppendResult result) => append.Complete(index, result);
}

/// <summary>
/// One user's calls of <see cref="IConversationGrain.MarkAsync"/>, all answered when the highest of their marks are
/// persisted.
/// </summary>
internal sealed class WaitingMark(MarkRequest request)
{
    private readonly TaskCompletionSource<MarkReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WaitingMark? _absorbed;

    public MarkRequest Request { get; private set; } = request;

    /// <summary>How many messages are to be taken before it.</summary>
    public long Behind { get; set; }

    public Task<MarkReply> Reply => _reply.Task;

    /// <summary>What is left to do for it.</summary>
    public void Aim(MarkTarget target) => Request = new(Request.User, target.Delivered, target.Read);

    /// <summary>One more call of the same user.</summary>
    public void Merge(MarkRequest other) =>
        Request = new(Request.User, Math.Max(Request.Delivered, other.Delivered), Math.Max(Request.Read, other.Read));

    /// <summary>Takes over another mark of the same user, with all its callers.</summary>
    public void Absorb(WaitingMark other)
    {
        Merge(other.Request);
        var last = other;
        while (last._absorbed is { } next)
        {
            last = next;
        }

        (last._absorbed, _absorbed) = (_absorbed, other);
    }

    public void Complete(AppendStatus status, MemberMarks marks)
    {
        for (var each = this; each is not null; each = each._absorbed)
        {
            each._reply.TrySetResult(new MarkReply(status, marks));
        }
    }
}

/// <summary>A group change that waits for its decision, with the store's answer about its cid.</summary>
internal sealed class WaitingChange(ChangeRequest request)
{
    private readonly TaskCompletionSource<ChangeReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChangeRequest Request { get; } = request;

    /// <summary>
    /// The body of the entry that would carry the cid, as of the last decision: the store compares it.
    /// </summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    /// <summary>The store was asked for the cid; <see cref="Known"/> is its answer.</summary>
    public bool Asked { get; private set; }

    public KnownCid? Known { get; private set; }

    public Task<ChangeReply> Reply => _reply.Task;

    public CidProbe Probe => new(Request.Actor, Request.Cid, Body);

    public void Answer(KnownCid? known) => (Asked, Known) = (true, known);

    /// <summary>Drops a negative answer: another writer may have committed since.</summary>
    public void ForgetUnknown() => Asked = Known is not null;

    public void Complete(ChangeReply reply) => _reply.TrySetResult(reply);
}
