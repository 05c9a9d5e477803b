using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Storage;

/// <summary>
/// The read port: authorises in the store, by the member's row, and never activates a grain (D2). What comes back is
/// only what the reader may see.
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

    /// <summary>What a device at a position lacks, oldest first (D8).</summary>
    ValueTask<SyncSlice> ReadAfterAsync(
        UserId reader,
        ConversationId conversation,
        SyncQuery query,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// How far conversations are, in one read; those without entries are left out. It asks nobody whether they belong:
    /// what it says is for putting a user's own list in order, and is not to be told before the view is read.
    /// </summary>
    ValueTask<ImmutableArray<ConversationActivity>> ReadActivityAsync(
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// The reader's own row in each conversation to which they belong, in the order asked; the others are left out.
    /// </summary>
    ValueTask<ImmutableArray<OwnMembership>> ReadMembershipsAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// The state of conversations for a list, in the order asked; conversations the reader does not belong to (also an
    /// index row without membership, D5) are left out.
    /// </summary>
    ValueTask<ImmutableArray<ConversationView>> ReadViewsAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// The invites among conversations, in the order asked: those pending for the reader. Hidden ones are left out;
    /// lapsed ones are the caller's to leave out, by their time.
    /// </summary>
    ValueTask<ImmutableArray<InviteView>> ReadInvitesAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// All present and invited members, and the former ones that the reader met there, in the order in which they came;
    /// for a present member, null for anybody else.
    /// </summary>
    ValueTask<ImmutableArray<Member>?> ReadMembersAsync(
        UserId reader,
        ConversationId conversation,
        CancellationToken cancellationToken
    );
}
