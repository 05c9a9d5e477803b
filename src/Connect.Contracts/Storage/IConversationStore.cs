using System.Collections.Immutable;
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

    /// <summary>Looks up idempotency rows; the answer has only the cids that are known.</summary>
    ValueTask<ImmutableArray<KnownCid>> FindCidsAsync(ConversationId conversation, ImmutableArray<CidProbe> probes);

    /// <summary>
    /// What a mark at <paramref name="seq"/> needs: the count of messages up to and including it, and the member's own
    /// messages above it.
    /// </summary>
    ValueTask<MarkCounts> CountAsync(ConversationId conversation, UserId member, long seq);
}
