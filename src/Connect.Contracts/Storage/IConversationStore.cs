using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>
/// The log of conversations, for their writer. The store is the arbiter (D3): it refuses every writer whose
/// (epoch, next seq) is not the stored one. Any exception of any call means *unknown*; no call is ever cancelled.
/// </summary>
public interface IConversationStore
{
    /// <summary>Reads the head first, everything else after it; null when the conversation does not exist.</summary>
    ValueTask<ConversationSnapshot?> LoadAsync(ConversationId conversation);

    /// <summary>
    /// Commits <c>epoch + 1</c> unconditionally, so that whatever another writer still has under way is decided for
    /// ever, and then loads. Null when the conversation does not exist.
    /// </summary>
    ValueTask<ConversationSnapshot?> ClaimAsync(ConversationId conversation);

    /// <summary>
    /// Commits entries, marks and membership of one conversation in one transaction, durably: on
    /// <see cref="CommitStatus.Committed"/> they survive the loss of the process and of power. The committer gathers
    /// the commits of many conversations into one write; one fenced or duplicate commit does not fail the others.
    /// </summary>
    ValueTask<CommitResult> CommitAsync(ConversationCommit commit);

    /// <summary>
    /// Changes the flags of a member of a direct conversation, past its writer: makes them durable, raises the epoch in
    /// the same transaction, and only then returns (D3), so that a writer that does not know them commits nothing any
    /// more. Returns the member's row; null when the user is no present member, or there is no conversation.
    /// </summary>
    /// <param name="peer">
    /// When there is no conversation: the other member of the one that is made, which has a head and no entry yet; none
    /// = nothing is made.
    /// </param>
    ValueTask<Member?> SetFlagsAsync(
        ConversationId conversation,
        UserId member,
        UserId peer,
        MemberFlags add,
        MemberFlags remove
    );

    /// <summary>Looks up idempotency rows; the answer has only the cids that are known.</summary>
    ValueTask<ImmutableArray<KnownCid>> FindCidsAsync(ConversationId conversation, ImmutableArray<CidProbe> probes);

    /// <summary>
    /// What a mark at <paramref name="seq"/> needs: the count of messages up to and including it, and the member's own
    /// messages above it.
    /// </summary>
    ValueTask<MarkCounts> CountAsync(ConversationId conversation, UserId member, long seq);
}
