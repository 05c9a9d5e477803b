using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Tests.Gateway;

/// <summary>A store in whose reads a test lets other things happen.</summary>
internal sealed class InterleavingReader : IConversationReader
{
    private IConversationReader _inner = null!;

    public Action BeforeRead { get; set; } = () => { };

    public Action AfterRead { get; set; } = () => { };

    public InterleavingReader Wrap(IConversationReader inner)
    {
        _inner = inner;
        return this;
    }

    public ValueTask<HistorySlice> ReadHistoryAsync(
        UserId reader,
        ConversationId conversation,
        HistoryQuery query,
        CancellationToken cancellationToken
    ) => _inner.ReadHistoryAsync(reader, conversation, query, cancellationToken);

    public async ValueTask<SyncSlice> ReadAfterAsync(
        UserId reader,
        ConversationId conversation,
        SyncQuery query,
        CancellationToken cancellationToken
    )
    {
        BeforeRead();
        var slice = await _inner.ReadAfterAsync(reader, conversation, query, cancellationToken);
        AfterRead();
        return slice;
    }

    public ValueTask<ImmutableArray<Member?>> ReadOwnAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    ) => _inner.ReadOwnAsync(reader, conversations, cancellationToken);

    public ValueTask<OwnNewest?> ReadOwnNewestAsync(
        UserId reader,
        ConversationId conversation,
        CancellationToken cancellationToken
    ) => _inner.ReadOwnNewestAsync(reader, conversation, cancellationToken);

    public ValueTask<ImmutableArray<InviteView>> ReadInvitesAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    ) => _inner.ReadInvitesAsync(reader, conversations, cancellationToken);

    public ValueTask<ImmutableArray<Member>?> ReadMembersAsync(
        UserId reader,
        ConversationId conversation,
        CancellationToken cancellationToken
    ) => _inner.ReadMembersAsync(reader, conversation, cancellationToken);

    public ValueTask<ImmutableArray<ConversationView>> ReadViewsAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    ) => _inner.ReadViewsAsync(reader, conversations, cancellationToken);

    public ValueTask<ImmutableArray<ConversationActivity>> ReadActivityAsync(
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    ) => _inner.ReadActivityAsync(conversations, cancellationToken);

    public ValueTask<ImmutableArray<OwnMembership>> ReadMembershipsAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    ) => _inner.ReadMembershipsAsync(reader, conversations, cancellationToken);
}
