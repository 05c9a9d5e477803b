using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>
/// The logs of conversations, for their writers. The store is the arbiter (ADR 0002): it rejects any writer whose
/// (epoch, next seq) differs from the stored one. An exception from any call means the outcome is *unknown*; no call is
/// ever cancelled.
/// </summary>
public interface IConversationStore
{
    /// <summary>
    /// Reads the head first and everything else after it; null when the conversation does not exist.
    /// </summary>
    ValueTask<ConversationSnapshot?> LoadAsync(ConversationId conversation);

    /// <summary>
    /// Commits <c>epoch + 1</c> unconditionally, which settles for good whatever another writer still has in flight,
    /// and then loads. Null when the conversation does not exist.
    /// </summary>
    ValueTask<ConversationSnapshot?> ClaimAsync(ConversationId conversation);

    /// <summary>
    /// Commits entries, marks and membership of one conversation in one durable transaction: after
    /// <see cref="CommitStatus.Committed"/> they survive a crash and a power loss. The committer gathers the commits of
    /// many conversations into one write; a fenced or duplicate commit does not affect the others.
    /// </summary>
    ValueTask<CommitResult> CommitAsync(ConversationCommit commit);

    /// <summary>
    /// Changes the flags of a member of a direct conversation, bypassing its writer: makes them durable, raises the
    /// epoch in the same transaction, and only then returns, so that a writer unaware of the flags can commit nothing
    /// more. Returns the member's row; null when the user is not a present member or there is no conversation.
    /// </summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="member">Whose flags change.</param>
    /// <param name="peer">
    /// The other member. When there is no conversation yet, it is created with a head, an epoch above that of any
    /// creation, and no entries; with no peer nothing is created.
    /// </param>
    /// <param name="add">Flags to set; they win over <paramref name="remove"/>.</param>
    /// <param name="remove">Flags to clear.</param>
    ValueTask<Member?> SetFlagsAsync(
        ConversationId conversation,
        UserId member,
        UserId peer,
        MemberFlags add,
        MemberFlags remove
    );

    /// <summary>Looks up idempotency rows; returns the known cids only.</summary>
    ValueTask<ImmutableArray<KnownCid>> FindCidsAsync(ConversationId conversation, ImmutableArray<CidProbe> probes);

    /// <summary>
    /// What a mark at <paramref name="seq"/> needs: the number of messages up to and including it, and of the member's
    /// own messages above it. The work does not grow with the entries in between. Null: the store is still indexing
    /// this conversation and did a bounded part of that; ask again.
    /// </summary>
    ValueTask<MarkCounts?> CountAsync(ConversationId conversation, UserId member, long seq);

    /// <summary>
    /// The last seq of a range whose entry is deleted or older than <paramref name="time"/> (milliseconds since the
    /// epoch); <c>From − 1</c> when there is none. The work grows with the logarithm of the range.
    /// </summary>
    ValueTask<long> FindEndAsync(ConversationId conversation, SeqRange range, long time);
}

/// <summary>What a writer knows about a conversation after loading it.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Kind">Direct or group.</param>
/// <param name="Epoch">The stored epoch: already raised by a claim, unchanged by a plain load.</param>
/// <param name="NextSeq">head + 1.</param>
/// <param name="LastTime">The time of the entry at the head; 0 without entries.</param>
/// <param name="Messages">Messages up to the head.</param>
/// <param name="Title">The title of a group; null for a direct conversation.</param>
/// <param name="Members">Present and former members with their marks.</param>
public sealed record ConversationSnapshot(
    ConversationId Conversation,
    ConversationKind Kind,
    long Epoch,
    long NextSeq,
    long LastTime,
    long Messages,
    string? Title,
    ImmutableArray<Member> Members
);

/// <summary>A lookup of an idempotency row.</summary>
/// <param name="Sender">Cids are scoped to (conversation, sender).</param>
/// <param name="Cid">The cid.</param>
/// <param name="Text">The text to compare with the committed one; empty to ask for the seq alone.</param>
public readonly record struct CidProbe(UserId Sender, Cid Cid, ReadOnlyMemory<byte> Text);

/// <summary>An idempotency row. It counts for 31 days after the commit.</summary>
/// <param name="Sender">The sender.</param>
/// <param name="Cid">The sender's id for the message.</param>
/// <param name="Seq">The seq it was committed at.</param>
/// <param name="Time">The time of the entry.</param>
/// <param name="SameText">
/// Whether the probed text equals the committed one, compared by an HMAC under a key derived from the conversation's
/// data key.
/// </param>
public readonly record struct KnownCid(UserId Sender, Cid Cid, long Seq, long Time, bool SameText);

/// <summary>See <see cref="IConversationStore.CountAsync"/>.</summary>
/// <param name="Messages">Messages up to and including the seq.</param>
/// <param name="OwnAbove">The member's own messages above the seq.</param>
public readonly record struct MarkCounts(long Messages, long OwnAbove);
