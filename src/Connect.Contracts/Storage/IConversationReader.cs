using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>
/// The read port. It authorises in the store, by the member's row, and never activates a grain; it returns only what
/// the reader may see.
/// </summary>
public interface IConversationReader
{
    /// <summary>A page of history.</summary>
    ValueTask<HistorySlice> ReadHistoryAsync(
        UserId reader,
        ConversationId conversation,
        HistoryQuery query,
        CancellationToken cancellationToken
    );

    /// <summary>What a device at a given position is missing, oldest first.</summary>
    ValueTask<SyncSlice> ReadAfterAsync(
        UserId reader,
        ConversationId conversation,
        SyncQuery query,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// The heads of conversations, in one read; conversations without entries are left out. Membership is not checked:
    /// use it only to sort a user's own list, and reveal none of it before the view has been read.
    /// </summary>
    ValueTask<ImmutableArray<ConversationActivity>> ReadActivityAsync(
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// The reader's own row in each conversation they are a member of, in the order given; the others are left out.
    /// </summary>
    ValueTask<ImmutableArray<OwnMembership>> ReadMembershipsAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// The reader's own row in each conversation, in the order given: as a present, former or invited member. Null
    /// where there is no such conversation, it is over, or the reader was never in it. An invite may be hidden from the
    /// reader: reveal nothing of that one.
    /// </summary>
    ValueTask<ImmutableArray<Member?>> ReadOwnAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Conversations as list items, in the order given. Those the reader is not a member of are left out, including
    /// ones that have an index row but no membership.
    /// </summary>
    ValueTask<ImmutableArray<ConversationView>> ReadViewsAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// In a conversation of more than 50 members: the reader's newest message if it is recent, otherwise null. It reads
    /// every member, so it is for one conversation and not for a page of them.
    /// </summary>
    ValueTask<OwnNewest?> ReadOwnNewestAsync(
        UserId reader,
        ConversationId conversation,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// The reader's pending invites among the given conversations, in that order. Hidden ones are left out; the caller
    /// filters lapsed ones by their time.
    /// </summary>
    ValueTask<ImmutableArray<InviteView>> ReadInvitesAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// For a present member: all present and invited members, and the former ones whose membership overlapped with the
    /// reader's, in the order they joined. Null for anyone else.
    /// </summary>
    ValueTask<ImmutableArray<Member>?> ReadMembersAsync(
        UserId reader,
        ConversationId conversation,
        CancellationToken cancellationToken
    );
}

/// <summary>How far a conversation has come.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Head">The highest committed seq.</param>
/// <param name="Time">The time of the entry at the head.</param>
public readonly record struct ConversationActivity(ConversationId Conversation, long Head, long Time);

/// <summary>A reader's own row in a conversation they are a present member of.</summary>
public sealed record OwnMembership(ConversationId Conversation, Member Member);
