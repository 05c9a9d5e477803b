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
