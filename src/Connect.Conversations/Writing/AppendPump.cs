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
/// The one loop that writes a conversation (steps 5 to 8): callers enqueue, the loop gathers what waits, decides,
/// commits, answers and publishes, one commit at a time. Not thread-safe: everything runs on the scheduler of the
/// activation that owns it. Two pumps of one conversation may run at once; the store decides between them (ADR 0002).
/// </summary>
internal sealed class AppendPump
{
    // Every round either commits or learns something that cannot be unlearnt, so a turn needs few.
    private const int MaxRounds = 32;

    private readonly ConversationId _conversation;
    private readonly IConversationStore _store;
    private readonly IConversationIndex _index;
    private readonly IPublisher _publisher;
    private readonly ConversationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action _release;
    private readonly CommitRecovery _recovery;
    private readonly AppendBatchQueue _queue;
    private readonly ReceiptTelling _telling;
    private readonly TaskCompletionSource _stopping = new();
    private ConversationState? _state;
    private bool _isStale;
    private bool _announced;
    private Task _run = Task.CompletedTask;
    private bool _running;
    private bool _marksDue;
    private bool _marksTimed;

    /// <param name="release">Called when the state was dropped or there is none to keep: the activation should end.
    /// The pump itself stays usable; it loads anew when it is called again.</param>
    public AppendPump(
        ConversationId conversation,
        IConversationStore store,
        IConversationIndex index,
        IPublisher publisher,
        IRelations relations,
        ConversationOptions options,
        TimeProvider time,
        ILogger logger,
        Action release
    )
    {
        _conversation = conversation;
        _store = store;
        _index = index;
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
        // Marks of members wait for company, as long as the kind of the conversation makes it. A refusal that did so
        // would tell an outsider by its time what is there.
        var isHasty = _state is null || !IsMember(request.User);
        var mark = new WaitingMark(request);
        if (!_queue.TryAdd(mark, isHasty))
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

    /// <summary>See <see cref="IConversationGrain.RefreshAsync"/>: takes effect with the next turn.</summary>
    public void Refresh() => _isStale = true;

    /// <summary>Writes what waits, marks at once too, and returns when the loop is idle.</summary>
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

    /// <summary>As far as is known: before the state is loaded anybody may be one.</summary>
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
            // Gives callers that are ready their turn to enqueue, and other activations the thread: local calls and
            // an in-memory store complete inline.
            await Task.Yield();
            var turn = _queue.Take(_marksDue, IsMember);
            // A change goes alone: marks that are due stay so.
            _marksDue &= _queue.HasMarks;
            try
            {
                await RunTurnAsync(turn);
            }
            catch (Exception exception)
            {
                // A read of the store failed, or a rule is broken: nobody may be left waiting, nothing is kept.
                ConversationLog.TurnFailed(_logger, _conversation, exception);
                Drop(turn);
            }
        }

        _running = false;
    }

    private async Task RunTurnAsync(AppendBatch turn)
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

            foreach (var message in turn.Messages)
            {
                FaultPoints.Read(message.Item.Text.Span);
            }

            var decision = _state!.Decide(turn, _time.GetUtcNow().ToUnixTimeMilliseconds());
            if (decision.NeedsStore)
            {
                await StoreQuestions.AskAsync(_store, _conversation, turn, decision);
                continue;
            }

            if (decision.Commit is null || await CommitAsync(turn, decision))
            {
                Complete(turn, decision);
                await PublishAsync(decision);
                await ForgetAsync(decision.Effects);
                Settle();
                return;
            }

            if (turn.IsOver)
            {
                return;
            }
        }

        ConversationLog.TurnUndecided(_logger, _conversation);
        Drop(turn);
    }

    /// <summary>True: committed and applied. False: the turn is over, or to be decided anew.</summary>
    private async Task<bool> CommitAsync(AppendBatch turn, AppendBatchDecision decision)
    {
        var commit = decision.Commit!;
        try
        {
            await PrepareAsync(commit, decision.Effects);
        }
        catch (UserGoneException)
        {
            // Somebody it makes a member was deleted since the gateway looked.
            turn.Forbid();
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
            // Whatever was thrown, the entries may be there (ADR 0002).
            ConversationLog.CommitUnknown(_logger, _conversation, exception);
            turn.MaybeWritten = true;
            await RecoverAsync(turn, decision);
            return false;
        }

        switch (result.Status)
        {
            case CommitStatus.Committed:
                _state!.Apply(commit);
                FaultPoints.Hit(FaultPoints.AfterCommitBeforeAck);
                return true;
            case CommitStatus.Exists:
                _state = null;
                turn.ForgetAnswers();
                return false;
            case CommitStatus.Duplicate:
                StoreQuestions.TakeAnswers(turn, decision, result.Known);
                return false;
            case CommitStatus.Fenced:
                ConversationLog.Fenced(_logger, _conversation);
                Drop(turn);
                return false;
            default:
                ConversationLog.NotWritten(_logger, _conversation, result.Status);
                turn.Fail();
                Settle();
                return false;
        }
    }

    /// <summary>Index first (ADR 0015): before each attempt to commit the entry that makes somebody a member.</summary>
    private async ValueTask PrepareAsync(ConversationCommit commit, ChangeEffects effects)
    {
        var newcomers = effects.NeedIndex.ToHashSet();
        if (newcomers.Count == 0)
        {
            return;
        }

        var first = commit.Entries[0];
        await _index.PutAsync([.. newcomers.Select(user => new IndexRow(user, _conversation, first.Cid, first.Time))]);
        FaultPoints.Hit(FaultPoints.AfterIndexBeforeEntry);
    }

    private async Task RecoverAsync(AppendBatch turn, AppendBatchDecision lost)
    {
        _state = null;
        turn.ForgetAnswers();
        var probes = StoreQuestions.Probes(turn, lost);
        var prepareAsync = (ConversationCommit commit) => PrepareAsync(commit, lost.Effects);
        if (await _recovery.RunAsync(lost.Commit!, probes, prepareAsync) is not { } outcome)
        {
            ConversationLog.RecoveryGivenUp(_logger, _conversation);
            Drop(turn);
            return;
        }

        Load(outcome.Snapshot, claimed: true);
        ConversationLog.Recovered(_logger, _conversation, _state!.Head);
        StoreQuestions.TakeAnswers(turn, lost, outcome.Known, all: true);
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

    /// <summary>Tells everybody in a turn what was decided; a commit must be through before.</summary>
    internal static void Complete(AppendBatch turn, AppendBatchDecision decision)
    {
        turn.Change?.Complete(decision.Change);
        for (var i = 0; i < turn.Messages.Count; i++)
        {
            turn.Messages[i].Complete(decision.Messages[i]);
        }

        for (var i = 0; i < turn.Marks.Count; i++)
        {
            turn.Marks[i].Complete(decision.Marks[i].Status, decision.Marks[i].Marks);
        }
    }

    private async ValueTask PublishAsync(AppendBatchDecision decision)
    {
        if (!_announced && decision.Commit is not { Entries.Length: > 0 })
        {
            // The writer before this one may have ended between its last commit and its fan-out; new entries would
            // show the hole, without any the members are told to look.
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
            // Only in a build for fault tests: lets the answers reach their senders before the process dies.
            await Task.Delay(TimeSpan.FromSeconds(1), _time);
        }

        FaultPoints.Hit(FaultPoints.AfterAckBeforeFanOut);
        var privacy = await _telling.ReadPrivacyAsync(_state!, decision);
        Publish(() => Publications.Publish(_publisher, _state!, decision, privacy));
        GatherReceipts(receipts => receipts.Add(decision.Raised));
    }

    private void GatherReceipts(Action<GroupReceipts> gather) => _telling.Gather(_state!, gather, () => _state);

    /// <summary>
    /// Who is gone loses their index row after the entry (ADR 0015). One that stays behind does no harm: reads ignore
    /// it, the sweep takes it.
    /// </summary>
    private async ValueTask ForgetAsync(ChangeEffects effects)
    {
        foreach (var user in effects.LoseIndex)
        {
            try
            {
                if (await _index.FindAsync(user, _conversation, CancellationToken.None) is { } row)
                {
                    await _index.DeleteAsync(user, _conversation, row.Cid);
                }
            }
            catch (Exception exception)
            {
                ConversationLog.IndexRowLeft(_logger, _conversation, exception);
            }
        }
    }

    private void Publish(Action publish)
    {
        try
        {
            publish();
        }
        catch (Exception exception)
        {
            // Push is a hint (promise 5); what is committed and answered stays so.
            ConversationLog.PublishFailed(_logger, _conversation, exception);
        }
    }

    /// <summary>
    /// What is known of a conversation that does not exist is not kept: somebody else may create it, and its members
    /// must not be refused then.
    /// </summary>
    private void Settle()
    {
        if (_state is { Exists: false })
        {
            _state = null;
            _release();
        }
    }

    private void Drop(AppendBatch turn)
    {
        _state = null;
        turn.Fail();
        _queue.Fail();
        _release();
    }
}
