using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

/// <summary>
/// What one commit is to carry: the messages and marks that waited, oldest first; or one change alone.
/// </summary>
internal sealed class AppendBatch
{
    public List<WaitingMessage> Messages { get; } = [];

    public List<WaitingMark> Marks { get; } = [];

    /// <summary>The change that the turn is; null for messages and marks.</summary>
    public WaitingChange? Change { get; init; }

    /// <summary>The store's counts for marks that memory does not reach, at the head of the loaded state.</summary>
    public Dictionary<(UserId User, long Seq), MarkCounts> Counts { get; } = [];

    /// <summary>A commit of this turn ended unknown: whoever is not told a result must be told that.</summary>
    public bool MaybeWritten { get; set; }

    /// <summary>All in it were answered without a commit.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The state was loaded anew: answers that may have changed with it are asked again.</summary>
    public void ForgetAnswers()
    {
        Counts.Clear();
        Change?.ForgetUnknown();
        foreach (var message in Messages)
        {
            message.ForgetUnknown();
        }
    }

    /// <summary>Ends the turn for all in it.</summary>
    public void Fail() => End(AppendStatus.Unavailable);

    /// <summary>Ends the turn because it concerns a user who is gone.</summary>
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
/// What <see cref="ConversationState"/> decided of a turn: either what must be asked of the store first, or a result
/// for each of its parts and the commit on which they depend.
/// </summary>
internal sealed class AppendBatchDecision
{
    /// <summary>Messages whose cid the store must be asked for.</summary>
    public List<WaitingMessage> AskCids { get; } = [];

    /// <summary>Messages whose predecessor the store must be asked for.</summary>
    public List<WaitingMessage> AskAfters { get; } = [];

    /// <summary>Marks whose counts the store must be asked for.</summary>
    public List<(UserId User, long Seq)> AskCounts { get; } = [];

    /// <summary>A change whose cid the store must be asked for.</summary>
    public WaitingChange? AskChange { get; set; }

    /// <summary>Nothing of the rest may be used before the store was asked and the turn decided anew.</summary>
    public bool NeedsStore => AskCids.Count + AskAfters.Count + AskCounts.Count > 0 || AskChange is not null;

    /// <summary>
    /// One result per message of the turn, in its order; those with a seq hold once the commit is through.
    /// </summary>
    public required AppendResult[] Messages { get; init; }

    /// <summary>One reply per mark of the turn, in its order.</summary>
    public required MarkReply[] Marks { get; init; }

    /// <summary>The answer to the change that the turn is; holds once the commit is through.</summary>
    public ChangeReply Change { get; set; }

    /// <summary>Whose belonging the commit changes.</summary>
    public ChangeEffects Effects { get; init; } = new();

    /// <summary>Null when there is nothing to write: the results hold at once.</summary>
    public ConversationCommit? Commit { get; set; }

    /// <summary>For each entry of the commit, the message it came from.</summary>
    public List<WaitingMessage> Writers { get; } = [];

    /// <summary>Members whose marks rise for others to see, with what those were told before.</summary>
    public List<RaisedMarks> Raised { get; } = [];

    public ImmutableArray<SessionId> Origins => [.. Writers.Select(writer => writer.Session)];
}

/// <summary>Whose belonging a commit changes: for the index before it, for the index and the pushes after it.</summary>
internal sealed class ChangeEffects
{
    /// <summary>Become members.</summary>
    public List<UserId> Joined { get; } = [];

    /// <summary>Are invited, and may know it.</summary>
    public List<UserId> Invited { get; } = [];

    /// <summary>Are invited and are not to see it: they too need an index row, as a block may end.</summary>
    public List<UserId> InvitedHidden { get; } = [];

    /// <summary>Were members.</summary>
    public List<UserId> Left { get; } = [];

    /// <summary>Were invited.</summary>
    public List<UserId> Uninvited { get; } = [];

    /// <summary>Have another role, or accepted a request by answering it.</summary>
    public List<UserId> Changed { get; } = [];

    /// <summary>Not all entries of the commit are for the same users.</summary>
    public bool ChangesWhoSees => Joined.Count + Left.Count > 0;

    /// <summary>Need an index row before the commit (ADR 0015).</summary>
    public IEnumerable<UserId> NeedIndex => Joined.Concat(Invited).Concat(InvitedHidden);

    /// <summary>Their index row is to go after the commit.</summary>
    public IEnumerable<UserId> LoseIndex => Left.Concat(Uninvited);
}
