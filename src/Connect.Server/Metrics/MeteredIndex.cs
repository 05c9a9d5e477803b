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

    public ValueTask<int> CountAsync(UserId user, CancellationToken cancellationToken)
    {
        metrics.Read("list_count");
        return inner.CountAsync(user, cancellationToken);
    }

    public ValueTask<ImmutableArray<ListPlace>> ReadPlacesAsync(
        UserId user,
        ListShelf shelf,
        ListPlace after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        metrics.Read("list_places");
        return inner.ReadPlacesAsync(user, shelf, after, limit, cancellationToken);
    }

    public ValueTask<ImmutableArray<IndexRow?>> FindManyAsync(
        UserId user,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        metrics.Read("list_rows");
        return inner.FindManyAsync(user, conversations, cancellationToken);
    }

    public ValueTask<ImmutableArray<InviteRow>> ListInvitesAsync(UserId user, CancellationToken cancellationToken)
    {
        metrics.Read("list_invites");
        return inner.ListInvitesAsync(user, cancellationToken);
    }

    public ValueTask<bool> DeleteInviteAsync(UserId user, ConversationId conversation, long time) =>
        inner.DeleteInviteAsync(user, conversation, time);

    public ValueTask<ImmutableArray<UserId>?> NoteSentAsync(
        UserId by,
        ConversationId conversation,
        ImmutableArray<UserId> users,
        long time,
        long lapsed,
        int limit
    ) => inner.NoteSentAsync(by, conversation, users, time, lapsed, limit);

    public ValueTask<ImmutableArray<SentInvite>> ListSentAsync(
        UserId by,
        int limit,
        CancellationToken cancellationToken
    )
    {
        metrics.Read("list_sent");
        return inner.ListSentAsync(by, limit, cancellationToken);
    }

    public ValueTask PutInvitesAsync(ImmutableArray<InviteRow> rows) => inner.PutInvitesAsync(rows);

    public ValueTask ForgetSentAsync(UserId by, ConversationId conversation, ImmutableArray<UserId> users) =>
        inner.ForgetSentAsync(by, conversation, users);
}
