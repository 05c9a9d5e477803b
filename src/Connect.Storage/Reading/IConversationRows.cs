using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Rules;

namespace Connect.Storage.Reading;

/// <summary>
/// The rows of conversations as a store holds them, regardless of who may see them. Committed entries never change, so
/// a range up to a head read earlier needs no snapshot.
/// </summary>
internal interface IConversationRows
{
    /// <summary>Null when there is no such conversation.</summary>
    ValueTask<ConversationHead?> ReadHeadAsync(ConversationId conversation, CancellationToken cancellationToken);

    /// <summary>The heads of many, in the order given, in one read of the store.</summary>
    ValueTask<ImmutableArray<ConversationHead?>> ReadHeadsAsync(
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// What a list shows of many conversations, in the order given, in one call: a store with a network in between
    /// answers it in a fixed number of round trips. Each head is read before the other rows of its conversation.
    /// Null where there is no conversation, it is closed, or the user was never in it.
    /// </summary>
    ValueTask<ImmutableArray<ListedRows?>> ReadListAsync(
        UserId user,
        ImmutableArray<ConversationId> conversations,
        ListParts parts,
        CancellationToken cancellationToken
    );

    /// <summary>A present, former or invited member; null when the user was never in the conversation.</summary>
    ValueTask<Member?> ReadMemberAsync(ConversationId conversation, UserId user, CancellationToken cancellationToken);

    /// <summary>All member rows, in the order in which the members came.</summary>
    ValueTask<ImmutableArray<Member>> ReadMembersAsync(
        ConversationId conversation,
        CancellationToken cancellationToken
    );

    /// <summary>An entry at or below a head read earlier.</summary>
    ValueTask<Entry> ReadEntryAsync(ConversationId conversation, long seq, CancellationToken cancellationToken);

    /// <summary>
    /// The messages of a user above a seq, up to a head read earlier, by the index of authors. Deleted ones do not
    /// count. The work does not grow with the entries in between. Null: the conversation is still to be indexed.
    /// </summary>
    ValueTask<long?> CountOwnAboveAsync(
        ConversationId conversation,
        UserId user,
        long seq,
        long head,
        CancellationToken cancellationToken
    );

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

/// <summary>
/// Which rows <see cref="IConversationRows.ReadListAsync"/> reads besides the head and the user's own.
/// </summary>
/// <param name="Creation">Kind and title.</param>
/// <param name="Newest">For a present member the entry at the head, unless it is deleted.</param>
/// <param name="MembersUpTo">All member rows of conversations with at most this many present members.</param>
internal readonly record struct ListParts(bool Creation = false, bool Newest = false, int MembersUpTo = 0);

/// <summary>The rows of one conversation for a list.</summary>
/// <param name="Head">Its head.</param>
/// <param name="Own">The user's own row.</param>
/// <param name="Members">All rows if they were asked for and it is small enough, otherwise empty.</param>
internal sealed record ListedRows(ConversationHead Head, Member Own, ImmutableArray<Member> Members)
{
    public ConversationCreation? Creation { get; init; }

    public Entry? Newest { get; init; }
}
