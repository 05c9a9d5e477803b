using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Server.Metrics;

/// <summary>The users' lists, with each read counted by its kind.</summary>
internal sealed class MeteredIndex(IConversationIndex inner, StoreReadMetrics metrics) : IConversationIndex
{
    public ValueTask PutAsync(ImmutableArray<IndexRow> rows) => inner.PutAsync(rows);

    public ValueTask<ImmutableArray<IndexRow>> ListAsync(UserId user, CancellationToken cancellationToken)
    {
        metrics.Read("list");
        return inner.ListAsync(user, cancellationToken);
    }

    public ValueTask<IndexRow?> FindAsync(UserId user, ConversationId conversation, CancellationToken cancellationToken)
    {
        metrics.Read("list_row");
        return inner.FindAsync(user, conversation, cancellationToken);
    }

    public ValueTask<IndexRow?> ChooseAsync(
        UserId user,
        ConversationId conversation,
        long? mutedUntil,
        long? hiddenThrough
    ) => inner.ChooseAsync(user, conversation, mutedUntil, hiddenThrough);

    public ValueTask<bool> DeleteAsync(UserId user, ConversationId conversation, Cid cid) =>
        inner.DeleteAsync(user, conversation, cid);
}
