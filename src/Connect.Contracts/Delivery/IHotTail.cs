using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>
/// The last entries committed on this node, with their recipients: heals a gap without the store.
/// </summary>
public interface IHotTail
{
    /// <summary>
    /// The entries from <paramref name="after"/> + 1 on, dense, all of which had the reader as a recipient. False when
    /// the tail does not reach back that far or the reader was not a recipient of one of them.
    /// </summary>
    bool TryRead(UserId reader, ConversationId conversation, long after, out ImmutableArray<Entry> entries);
}
