using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>One transaction on one conversation (D3).</summary>
/// <param name="Conversation">Which.</param>
/// <param name="Create">
/// Set: insert the head (epoch 1) unless there is one, which gives <see cref="CommitStatus.Exists"/>.
/// Null: the stored head must be (<paramref name="ExpectedEpoch"/>, <paramref name="ExpectedNextSeq"/>), else
/// <see cref="CommitStatus.Fenced"/>.
/// </param>
/// <param name="ExpectedEpoch">The epoch loaded, for a first write; the writer's own for later ones.</param>
/// <param name="Epoch">
/// The epoch after the commit: expected + 1 for a first write after a plain load and for one without entries, so that
/// every commit moves (epoch, next seq); else the same.
/// </param>
/// <param name="ExpectedNextSeq">
/// The seq of the first entry of this commit; also checked when there are no entries.
/// </param>
/// <param name="Entries">Dense from <paramref name="ExpectedNextSeq"/>; may be empty (marks alone).</param>
/// <param name="Members">
/// Member rows to write, whole. Marks are merged by maximum with what is stored, and clamped to the head.
/// </param>
/// <param name="Title">The new title of a group; null when it does not change.</param>
/// <param name="Closes">
/// The last member left: the conversation's key is destroyed with this commit, and only its head stays, so that its id
/// is never given out again.
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
);
