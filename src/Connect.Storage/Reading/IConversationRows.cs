using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Committing;

namespace Connect.Storage.Reading;

/// <summary>
/// The rows of a conversation, as each store keeps them, without any question of who may see them. Entries are never
/// changed once committed, so a range up to a head that was read before needs no snapshot.
/// </summary>
internal interface IConversationRows
{
    /// <summary>Null when there is no such conversation.</summary>
    ValueTask<ConversationHead?> ReadHeadAsync(ConversationId conversation, CancellationToken cancellationToken);

    /// <summary>The heads of many, in the order asked, in one read of the store.</summary>
    ValueTask<ImmutableArray<ConversationHead?>> ReadHeadsAsync(
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    );

    /// <summary>Kind and title, of a conversation that has a head.</summary>
    ValueTask<ConversationCreation> ReadCreationAsync(ConversationId conversation, CancellationToken cancellationToken);

    /// <summary>A present or former member; null when the user never belonged.</summary>
    ValueTask<Member?> ReadMemberAsync(ConversationId conversation, UserId user, CancellationToken cancellationToken);

    /// <summary>All present and former members, in the order in which they came.</summary>
    ValueTask<ImmutableArray<Member>> ReadMembersAsync(
        ConversationId conversation,
        CancellationToken cancellationToken
    );

    /// <summary>An entry at or below a head that was read before.</summary>
    ValueTask<Entry> ReadEntryAsync(ConversationId conversation, long seq, CancellationToken cancellationToken);

    /// <summary>Adds the entries of a range, both ends included, ascending, until the page is full.</summary>
    ValueTask ReadForwardAsync(
        ConversationId conversation,
        SeqRange range,
        EntryPage page,
        CancellationToken cancellationToken
    );

    /// <summary>Adds the entries of a range, both ends included, descending, until the page is full.</summary>
    ValueTask ReadBackwardAsync(
        ConversationId conversation,
        SeqRange range,
        EntryPage page,
        CancellationToken cancellationToken
    );
}
