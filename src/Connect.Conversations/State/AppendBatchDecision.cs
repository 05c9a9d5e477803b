using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Conversations.State;

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
