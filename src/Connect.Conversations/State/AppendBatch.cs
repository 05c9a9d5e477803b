using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>
/// What goes into one commit: waiting messages and marks, oldest first, or a single change.
/// </summary>
internal sealed class AppendBatch
{
    public List<WaitingMessage> Messages { get; } = [];

    public List<WaitingMark> Marks { get; } = [];

    /// <summary>The change, when the batch is one; null for messages and marks.</summary>
    public WaitingChange? Change { get; init; }

    /// <summary>
    /// The store's counts for marks further back than memory reaches, as of the loaded head; null where the store has
    /// none yet. Only a batch without messages asks for them.
    /// </summary>
    public Dictionary<(UserId User, long Seq), MarkCounts?> Counts { get; } = [];

    /// <summary>The store's answers to how much of a range has ended.</summary>
    public Dictionary<(UserId User, SeqRange Seqs), long> Ends { get; } = [];

    /// <summary>
    /// Entries older than this have ended for those to whom they are undelivered: as of the first decision.
    /// </summary>
    public long? EndedBy { get; set; }

    /// <summary>Users for whose marks the store was asked.</summary>
    public HashSet<UserId> Asking { get; } = [];

    /// <summary>A commit of this batch ended unknown: callers without a result must learn that.</summary>
    public bool MaybeWritten { get; set; }

    /// <summary>Everybody in it was answered without a commit.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The state was reloaded: drops the answers that may have changed with it.</summary>
    public void ForgetAnswers()
    {
        Counts.Clear();
        Ends.Clear();
        Change?.ForgetUnknown();
        foreach (var message in Messages)
        {
            message.ForgetUnknown();
        }
    }

    /// <summary>
    /// Answers everybody but those whose marks are raised later; call it only after the commit.
    /// </summary>
    public void Complete(AppendBatchDecision decision)
    {
        Change?.Complete(decision.Change);
        for (var i = 0; i < Messages.Count; i++)
        {
            Messages[i].Complete(decision.Messages[i]);
        }

        for (var i = 0; i < Marks.Count; i++)
        {
            if (!decision.Later.ContainsKey(Marks[i].Request.User))
            {
                Marks[i].Complete(decision.Marks[i].Status, decision.Marks[i].Marks);
            }
        }
    }

    /// <summary>Ends the batch: nothing was written now.</summary>
    public void Fail() => End(AppendStatus.Unavailable);

    /// <summary>Ends the batch: it concerns a deleted user.</summary>
    public void Forbid() => End(AppendStatus.Forbidden);

    private void End(AppendStatus ifNothingWritten)
    {
        IsOver = true;
        var status = MaybeWritten ? AppendStatus.Unknown : ifNothingWritten;
        Change?.Complete(new ChangeReply(status));
        foreach (var message in Messages)
        {
            message.Complete(new AppendResult(status));
        }

        foreach (var mark in Marks)
        {
            mark.Complete(status, default);
        }
    }
}

/// <summary>
/// What <see cref="ConversationState"/> decided about a batch: either the questions the store must answer first, or a
/// result for each part and the commit that these depend on.
/// </summary>
internal sealed class AppendBatchDecision
{
    /// <summary>Messages whose cid to look up in the store.</summary>
    public List<WaitingMessage> AskCids { get; } = [];

    /// <summary>Messages whose predecessor to look up in the store.</summary>
    public List<WaitingMessage> AskAfters { get; } = [];

    /// <summary>Marks whose counts to read from the store.</summary>
    public List<(UserId User, long Seq)> AskCounts { get; } = [];

    /// <summary>Marks of which the store must say how much below them has ended.</summary>
    public List<(UserId User, SeqRange Seqs, long Time)> AskEnds { get; } = [];

    /// <summary>
    /// What users asked for whom the store has to count or to look at times first: a batch of its own raises that.
    /// </summary>
    public Dictionary<UserId, MarkTarget> Later { get; } = [];

    /// <summary>A change whose cid to look up in the store.</summary>
    public WaitingChange? AskChange { get; set; }

    /// <summary>Use nothing else before the store has been asked and the batch decided again.</summary>
    public bool NeedsStore =>
        AskCids.Count + AskAfters.Count + AskCounts.Count + AskEnds.Count > 0 || AskChange is not null;

    /// <summary>
    /// One result per message, in order; those with a seq hold once the commit is through.
    /// </summary>
    public required AppendResult[] Messages { get; init; }

    /// <summary>One reply per mark, in order.</summary>
    public required MarkReply[] Marks { get; init; }

    /// <summary>The answer to the change; holds once the commit is through.</summary>
    public ChangeReply Change { get; set; }

    /// <summary>Whose membership the commit changes.</summary>
    public ChangeEffects Effects { get; init; } = new();

    /// <summary>Null when there is nothing to write: the results hold at once.</summary>
    public ConversationCommit? Commit { get; set; }

    /// <summary>The message behind each entry of the commit.</summary>
    public List<WaitingMessage> Writers { get; } = [];

    /// <summary>Marks that rise visibly for others, with what others were told before.</summary>
    public List<RaisedMarks> Raised { get; } = [];

    public ImmutableArray<SessionId> Origins => [.. Writers.Select(writer => writer.Session)];
}

/// <summary>
/// Whose membership a commit changes: needed by the index before it, by the index and the pushes after it.
/// </summary>
internal sealed class ChangeEffects
{
    /// <summary>New members.</summary>
    public List<UserId> Joined { get; } = [];

    /// <summary>Invited, and may know it.</summary>
    public List<UserId> Invited { get; } = [];

    /// <summary>Invited without seeing it: nothing is written or told at their side.</summary>
    public List<UserId> InvitedHidden { get; } = [];

    /// <summary>Invites that are answered, ended or replaced.</summary>
    public List<(UserId User, Invitation Invitation)> InvitesOver { get; } = [];

    /// <summary>No longer members.</summary>
    public List<UserId> Left { get; } = [];

    /// <summary>No longer invited.</summary>
    public List<UserId> Uninvited { get; } = [];

    /// <summary>Have a new role, or accepted a request by answering it.</summary>
    public List<UserId> Changed { get; } = [];

    /// <summary>The entries of the commit differ in who may see them.</summary>
    public bool ChangesWhoSees => Joined.Count + Left.Count > 0;

    /// <summary>Need an index row before the commit (ADR 0015).</summary>
    public IEnumerable<UserId> NeedIndex => Joined;
}
