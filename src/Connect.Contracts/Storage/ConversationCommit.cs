using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>One transaction on one conversation.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Create">
/// Set: insert the head with epoch 1; if there already is one, the result is <see cref="CommitStatus.Exists"/>.
/// Null: the stored head must be (<paramref name="ExpectedEpoch"/>, <paramref name="ExpectedNextSeq"/>), otherwise the
/// result is <see cref="CommitStatus.Fenced"/>.
/// </param>
/// <param name="ExpectedEpoch">For a first write the epoch that was loaded, later the writer's own.</param>
/// <param name="Epoch">
/// The epoch after the commit. A first write after a plain load and a commit without entries use expected + 1, so that
/// every commit changes (epoch, next seq); all others keep the epoch.
/// </param>
/// <param name="ExpectedNextSeq">The seq of the first entry of this commit; checked even without entries.</param>
/// <param name="Entries">Dense from <paramref name="ExpectedNextSeq"/>. Empty for a commit of marks alone.</param>
/// <param name="Members">
/// Complete member rows to write. Marks merge with the stored ones by maximum and are clamped to the head.
/// </param>
/// <param name="Title">The new title of a group; null keeps the current one.</param>
/// <param name="Closes">
/// The last member left. The commit destroys the conversation's key and keeps only its head, so that the id is never
/// reused.
/// </param>
public sealed record ConversationCommit(
    ConversationId Conversation,
    ConversationCreation? Create,
    long ExpectedEpoch,
    long Epoch,
    long ExpectedNextSeq,
    ImmutableArray<Entry> Entries,
    ImmutableArray<Member> Members,
    string? Title = null,
    bool Closes = false
)
{
    /// <summary>
    /// About how many bytes of member rows the store writes again, as the writer knows it: rows share blocks. 0: not
    /// known.
    /// </summary>
    public int RowBytes { get; init; }
}

/// <summary>What the first commit records about a conversation; its members are the commit's member rows.</summary>
public sealed record ConversationCreation(ConversationKind Kind, string? Title);

/// <summary>The outcome of a commit.</summary>
/// <param name="Status">Whether it was written, and if not, why.</param>
/// <param name="Known">With <see cref="CommitStatus.Duplicate"/>: the cids that already have rows.</param>
public sealed record CommitResult(CommitStatus Status, ImmutableArray<KnownCid> Known)
{
    public static readonly CommitResult Committed = new(CommitStatus.Committed, []);
    public static readonly CommitResult Fenced = new(CommitStatus.Fenced, []);
    public static readonly CommitResult Exists = new(CommitStatus.Exists, []);
    public static readonly CommitResult Refused = new(CommitStatus.Refused, []);
}

/// <summary>The outcome of a commit. Every status except <see cref="Committed"/> means nothing was written.</summary>
public enum CommitStatus
{
    /// <summary>Durable.</summary>
    Committed = 1,

    /// <summary>Another writer moved the head: drop the state and deactivate.</summary>
    Fenced = 2,

    /// <summary>A creation found an existing head: load it.</summary>
    Exists = 3,

    /// <summary>One or more cids already have idempotency rows, which the result lists: decide again.</summary>
    Duplicate = 4,

    /// <summary>The store accepts no writes at the moment (disk full, shutting down). Retryable.</summary>
    Refused = 5,
}
