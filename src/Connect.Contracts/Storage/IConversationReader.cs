using System.Collections.Immutable;
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
    /// The state of conversations for a list, in the order asked; conversations the reader does not belong to (also an
    /// index row without membership, D5) are left out.
    /// </summary>
    ValueTask<ImmutableArray<ConversationView>> ReadViewsAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    );
}
