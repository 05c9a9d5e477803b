using Connect.Contracts;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Logging;
using Connect.Conversations.State;
using Microsoft.Extensions.Logging;

namespace Connect.Conversations.Writing;

/// <summary>
/// The one loop that writes a conversation: callers enqueue; the loop takes a batch, decides it, commits, answers and
/// publishes, one commit at a time. Not thread-safe: everything runs on the scheduler of the owning activation. Two
/// pumps of one conversation may run at once; the store arbitrates between them (ADR 0002).
/// </summary>
internal sealed class AppendPump
{
    // Every round either commits or learns something for good, so a batch needs few.
    private const int MaxRounds = 32;

    private readonly ConversationId _conversation;
    private readonly IConversationStore _store;
    private readonly UserRows _userRows;
    private readonly IPublisher _publisher;
    private readonly ConversationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action _release;
    private readonly CommitRecovery _recovery;
    private readonly AppendBatchQueue _queue;
    private readonly ReceiptTelling _telling;
    private readonly RecentMoves? _moves;
    private readonly TaskCompletionSource _stopping = new();
    private ConversationState? _state;
    private bool _isStale;
    private bool _announced;
    private Task _run = Task.CompletedTask;
    private bool _running;
    private bool _marksDue;
    private bool _marksTimed;

    /// <param name="release">Called when the state was dropped or there is none to keep: the activation should end.
    /// The pump stays usable and reloads on the next call.</param>
    /// <param name="moves">Learns of what is committed.</param>
    public AppendPump(
        ConversationId conversation,
        IConversationStore store,
        IConversationIndex index,
        IPublisher publisher,
        IRelations relations,
        ConversationOptions options,
        TimeProvider time,
        ILogger logger,
        Action release,
        RecentMoves? moves = null
    )
    {
        _moves = moves;
        _conversation = conversation;
        _store = store;
        _userRows = new(conversation, index, logger);
        _publisher = publisher;
        _options = options;
        _time = time;
        _logger = logger;
        _release = release;
        _recovery = new CommitRecovery(conversation, store, options, time, logger);
        _queue = new AppendBatchQueue(options);
        _telling = new(conversation, store, publisher, relations, options, time, logger, _stopping.Task);
    }

    /// <summary>
    /// Called with <see cref="HeldBytes"/> before each batch, and when nothing is left to do; false only then.
    /// </summary>
    public Action<long, bool>? Used { get; set; }

    /// <summary>Bytes of memory that it takes with its state, roughly.</summary>
    public long HeldBytes => _state?.HeldBytes ?? ConversationState.LeastBytes;

    /// <summary>
    /// See <see cref="IConversationGrain.AppendAsync"/>; the request's peer was checked against the id.
    /// </summary>
    public Task<AppendReply> AppendAsync(AppendRequest request)
    {
        if (request.Items.IsDefaultOrEmpty)
        {
            return Task.FromResult(new AppendReply([]));
        }

        var append = new WaitingAppend(request);
        if (!_queue.TryAdd(append))
        {
            return Task.FromResult(Answer(request, AppendStatus.Unavailable));
        }

        Wake();
        return append.Reply;
    }

    /// <summary>See <see cref="IConversationGrain.MarkAsync"/>.</summary>
    public Task<MarkReply> MarkAsync(MarkRequest request)
    {
        // Members' marks wait for an append to join. A refusal must not: its delay would tell an outsider that the
        // conversation exists (promise 6).
        var isHasty = _state is null || !IsMember(request.User);
        if (_queue.TryAdd(request, isHasty) is not { } mark)
        {
            return Task.FromResult(new MarkReply(AppendStatus.Unavailable, default));
        }

        if (isHasty)
        {
            Wake();
        }
        else if (!_marksTimed)
        {
            _marksTimed = true;
            _ = FlushMarksLaterAsync();
        }

        return mark.Reply;
    }

    /// <summary>See <see cref="IConversationGrain.ChangeAsync"/>.</summary>
    public Task<ChangeReply> ChangeAsync(ChangeRequest request)
    {
        var change = new WaitingChange(request);
        if (!_queue.TryAdd(change))
        {
            return Task.FromResult(new ChangeReply(AppendStatus.Unavailable));
        }

        Wake();
        return change.Reply;
    }

    /// <summary>See <see cref="IConversationGrain.RefreshAsync"/>: takes effect with the next batch.</summary>
    public void Refresh() => _isStale = true;

    /// <summary>Flushes everything that waits, marks included, and returns once the loop is idle.</summary>
    public async Task StopAsync()
    {
        _stopping.TrySetResult();
        while (_running || _queue.HasMarks)
        {
            _marksDue = true;
            Wake();
            await _run;
        }

        await _telling.Running;
    }

    /// <summary>The same answer for every message of a request.</summary>
    public static AppendReply Answer(AppendRequest request, AppendStatus status)
    {
        var results = new AppendResult[request.Items.Length];
        Array.Fill(results, new AppendResult(status));
        return new AppendReply([.. results]);
    }

    private async Task FlushMarksLaterAsync()
    {
        var delay = _state?.Kind == ConversationKind.Group ? _options.MarkFlushDelay : _options.DirectMarkFlushDelay;
        await Task.WhenAny(Task.Delay(delay, _time), _stopping.Task);
        _marksTimed = false;
        if (_queue.HasMarks)
        {
            _marksDue = true;
            Wake();
        }
    }

    /// <summary>As far as known: until the state is loaded, anybody may be a member.</summary>
    private bool IsMember(UserId user) => _state is null || _state.Members.Find(user) is { IsPresent: true };

    private void Wake()
    {
        if (!_running)
        {
            _running = true;
            _run = RunAsync();
        }
    }

    private async Task RunAsync()
    {
        while (_queue.HasWork || (_marksDue && _queue.HasMarks))
        {
            // Lets ready callers enqueue and other activations run: local calls and an in-memory store complete
            // inline.
            Used?.Invoke(HeldBytes, true);
            await Task.Yield();
            var batch = _queue.Take(_marksDue, IsMember);
            // A change goes alone, so due marks stay due.
            _marksDue &= _queue.HasMarks;
            try
            {
                await RunBatchAsync(batch);
            }
            catch (Exception exception)
            {
                // A store read failed or a rule is broken: leave nobody waiting, keep nothing.
                ConversationLog.BatchFailed(_logger, _conversation, exception);
                Drop(batch);
            }
        }

        _running = false;
        Used?.Invoke(HeldBytes, false);
    }

    private async Task RunBatchAsync(AppendBatch batch)
    {
        if (_isStale)
        {
            (_isStale, _state) = (false, null);
        }

        for (var round = 0; round < MaxRounds; round++)
        {
            if (_state is null)
            {
                Load(await _store.LoadAsync(_conversation), claimed: false);
            }

            foreach (var message in batch.Messages)
            {
                FaultPoints.Read(message.Item.Text.Span);
            }

            var decision = _state!.Decide(batch, _time.GetUtcNow().ToUnixTimeMilliseconds());
            if (decision.NeedsStore)
            {
                if (await AskAsync(batch, decision))
                {
                    continue;
                }

                return;
            }

            if (decision.Commit is null || await CommitAsync(batch, decision))
            {
                batch.Complete(decision);
                _queue.Defer(batch, decision, _stopping.Task.IsCompleted);
                await PublishAsync(decision);
                await _userRows.ForgetAsync(decision.Effects);
                Settle();
                return;
            }

            if (batch.IsOver)
            {
                return;
            }
        }

        ConversationLog.BatchUndecided(_logger, _conversation);
        Drop(batch);
    }

    /// <summary>False: the batch is over, since the store could not count for its marks.</summary>
    private async Task<bool> AskAsync(AppendBatch batch, AppendBatchDecision decision)
    {
        try
        {
            await StoreQuestions.AskAsync(_store, _conversation, batch, decision);
            return true;
        }
        catch (Exception exception) when (decision.AskCounts.Count + decision.AskEnds.Count > 0)
        {
            // Nothing was written, and nothing that is known became doubtful: the others go on.
            ConversationLog.BatchFailed(_logger, _conversation, exception);
            batch.Fail();
            return false;
        }
    }

    /// <summary>True: committed and applied. False: the batch is over, or must be decided again.</summary>
    private async Task<bool> CommitAsync(AppendBatch batch, AppendBatchDecision decision)
    {
        var commit = decision.Commit!;
        try
        {
            await _userRows.PrepareAsync(commit, decision.Effects);
        }
        catch (UserGoneException)
        {
            // A new member was deleted after the gateway checked.
            batch.Forbid();
            Settle();
            return false;
        }

        CommitResult result;
        try
        {
            result = await _store.CommitAsync(commit);
        }
        catch (Exception exception)
        {
            // Whatever the exception, the entries may have been written.
            ConversationLog.CommitUnknown(_logger, _conversation, exception);
            batch.MaybeWritten = true;
            await RecoverAsync(batch, decision);
            return false;
        }

        switch (result.Status)
        {
            case CommitStatus.Committed:
                _state!.Apply(commit);
                if (!commit.Entries.IsEmpty)
                {
                    _moves?.Note(_conversation, _state.Members.Present);
                }

                FaultPoints.Hit(FaultPoints.AfterCommitBeforeAck);
                return true;
            case CommitStatus.Exists:
                _state = null;
                batch.ForgetAnswers();
                return false;
            case CommitStatus.Duplicate:
                StoreQuestions.TakeAnswers(batch, decision, result.Known);
                return false;
            case CommitStatus.Fenced:
                ConversationLog.Fenced(_logger, _conversation);
                Drop(batch);
                return false;
            default:
                ConversationLog.NotWritten(_logger, _conversation, result.Status);
                batch.Fail();
                Settle();
                return false;
        }
    }

    private async Task RecoverAsync(AppendBatch batch, AppendBatchDecision lost)
    {
        _state = null;
        batch.ForgetAnswers();
        var probes = StoreQuestions.Probes(batch, lost);
        var prepareAsync = (ConversationCommit commit) => _userRows.PrepareAsync(commit, lost.Effects);
        if (await _recovery.RunAsync(lost.Commit!, probes, prepareAsync) is not { } outcome)
        {
            ConversationLog.RecoveryGivenUp(_logger, _conversation);
            Drop(batch);
            return;
        }

        Load(outcome.Snapshot, claimed: true);
        ConversationLog.Recovered(_logger, _conversation, _state!.Head);
        StoreQuestions.TakeAnswers(batch, lost, outcome.Known, all: true);
        if (_state.Exists && (!outcome.Known.IsEmpty || lost.Raised.Count > 0))
        {
            var privacy = await _telling.ReadPrivacyAsync(_state, lost);
            Publish(() => Publications.PublishRecovered(_publisher, _state, lost, privacy));
            GatherReceipts(receipts => receipts.AddAll(_state.Members));
            _announced = true;
        }
    }

    private void Load(ConversationSnapshot? snapshot, bool claimed)
    {
        _state = new ConversationState(_conversation, snapshot, claimed, _options);
        _announced = snapshot is null;
    }

    private async ValueTask PublishAsync(AppendBatchDecision decision)
    {
        if (!_announced && decision.Commit is not { Entries.Length: > 0 })
        {
            // The previous writer may have died between its last commit and its fan-out. New entries would reveal the
            // gap; without any, tell the members to look.
            Publish(() => Publications.PublishHead(_publisher, _state!));
            GatherReceipts(receipts => receipts.AddAll(_state!.Members));
        }

        _announced = true;
        if (decision.Commit is null)
        {
            return;
        }

        if (FaultPoints.IsArmed(FaultPoints.AfterAckBeforeFanOut))
        {
            // Fault-test builds only: lets the answers reach their senders before the process dies.
            await Task.Delay(TimeSpan.FromSeconds(1), _time);
        }

        FaultPoints.Hit(FaultPoints.AfterAckBeforeFanOut);
        var privacy = await _telling.ReadPrivacyAsync(_state!, decision);
        Publish(() => Publications.Publish(_publisher, _state!, decision, privacy));
        GatherReceipts(receipts => receipts.Add(decision.Raised));
    }

    private void GatherReceipts(Action<GroupReceipts> gather) => _telling.Gather(_state!, gather, () => _state);

    private void Publish(Action publish)
    {
        try
        {
            publish();
        }
        catch (Exception exception)
        {
            // Push is only a hint (promise 5); the commit and its answers stand.
            ConversationLog.PublishFailed(_logger, _conversation, exception);
        }
    }

    /// <summary>
    /// Never keeps the state of a conversation that does not exist: once another writer creates it, its members must
    /// not be refused.
    /// </summary>
    private void Settle()
    {
        if (_state is { Exists: false })
        {
            _state = null;
            _release();
        }
    }

    private void Drop(AppendBatch batch)
    {
        _state = null;
        batch.Fail();
        _queue.Fail();
        _release();
    }
}
