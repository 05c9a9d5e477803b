using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Server.Metrics;

/// <summary>The read port, with each question counted by its kind.</summary>
internal sealed class MeteredReader(IConversationReader inner, StoreReadMetrics metrics) : IConversationReader
{
    public ValueTask<HistorySlice> ReadHistoryAsync(
        UserId reader,
        ConversationId conversation,
        HistoryQuery query,
        CancellationToken cancellationToken
    )
    {
        metrics.Read("history");
        return inner.ReadHistoryAsync(reader, conversation, query, cancellationToken);
    }

    public ValueTask<SyncSlice> ReadAfterAsync(
        UserId reader,
        ConversationId conversation,
        SyncQuery query,
        CancellationToken cancellationToken
    )
    {
        metrics.Read("sync");
        return inner.ReadAfterAsync(reader, conversation, query, cancellationToken);
    }

    public ValueTask<ImmutableArray<ConversationActivity>> ReadActivityAsync(
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        metrics.Read("activity");
        return inner.ReadActivityAsync(conversations, cancellationToken);
    }

    public ValueTask<ImmutableArray<Member?>> ReadOwnAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        metrics.Read("memberships");
        return inner.ReadOwnAsync(reader, conversations, cancellationToken);
    }

    public ValueTask<ImmutableArray<OwnMembership>> ReadMembershipsAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        metrics.Read("memberships");
        return inner.ReadMembershipsAsync(reader, conversations, cancellationToken);
    }

    public ValueTask<ImmutableArray<ConversationView>> ReadViewsAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        metrics.Read("views");
        return inner.ReadViewsAsync(reader, conversations, cancellationToken);
    }

    public ValueTask<OwnNewest?> ReadOwnNewestAsync(
        UserId reader,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        metrics.Read("own_newest");
        return inner.ReadOwnNewestAsync(reader, conversation, cancellationToken);
    }

    public ValueTask<ImmutableArray<InviteView>> ReadInvitesAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        metrics.Read("invites");
        return inner.ReadInvitesAsync(reader, conversations, cancellationToken);
    }

    public ValueTask<ImmutableArray<Member>?> ReadMembersAsync(
        UserId reader,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        metrics.Read("members");
        return inner.ReadMembersAsync(reader, conversation, cancellationToken);
    }
}
