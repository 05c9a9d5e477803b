using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Storage.Reading;

/// <summary>The rows of a store from which old entries are deleted.</summary>
internal interface IRetainedRows : IConversationRows
{
    /// <summary>The ids behind this one, ascending, at most so many.</summary>
    ImmutableArray<ConversationId> NextConversations(ConversationId after, int count);

    /// <summary>
    /// Entries up to <paramref name="floor"/> count as deleted from now on, for every reader; a floor that is not above
    /// the stored one changes nothing. The epoch stays: it is no business of the writer. Durable on completion.
    /// </summary>
    ValueTask RaiseFloorAsync(ConversationId conversation, long floor, long messages);

    /// <summary>Deletes what lies at and below the floor, if anything is left there.</summary>
    ValueTask DropBelowFloorAsync(ConversationId conversation);
}
