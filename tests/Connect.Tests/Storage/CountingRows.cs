using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Storage.Reading;
using Connect.Storage.Rules;

namespace Connect.Tests.Storage;

/// <summary>Counts the reads of a store's rows.</summary>
internal sealed class CountingRows(IConversationRows inner) : IConversationRows
{
    /// <summary>Reads of many conversations in one call.</summary>
    public int Batches { get; set; }

    /// <summary>Every other call.</summary>
    public int Singles { get; set; }

    public ValueTask<ImmutableArray<ConversationHead?>> ReadHeadsAsync(
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        Batches++;
        return inner.ReadHeadsAsync(conversations, cancellationToken);
    }

    public ValueTask<ConversationHead?> ReadHeadAsync(ConversationId conversation, CancellationToken cancellationToken)
    {
        Singles++;
        return inner.ReadHeadAsync(conversation, cancellationToken);
    }

    public ValueTask<ImmutableArray<ListedRows?>> ReadListAsync(
        UserId user,
        ImmutableArray<ConversationId> conversations,
        ListParts parts,
        CancellationToken cancellationToken
    )
    {
        Batches++;
        return inner.ReadListAsync(user, conversations, parts, cancellationToken);
    }

    public ValueTask<Member?> ReadMemberAsync(
        ConversationId conversation,
        UserId user,
        CancellationToken cancellationToken
    )
    {
        Singles++;
        return inner.ReadMemberAsync(conversation, user, cancellationToken);
    }

    public ValueTask<ImmutableArray<Member>> ReadMembersAsync(
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        Singles++;
        return inner.ReadMembersAsync(conversation, cancellationToken);
    }

    public ValueTask<Entry> ReadEntryAsync(ConversationId conversation, long seq, CancellationToken cancellationToken)
    {
        Singles++;
        return inner.ReadEntryAsync(conversation, seq, cancellationToken);
    }

    public ValueTask<long> CountOwnAboveAsync(
        ConversationId conversation,
        UserId user,
        long seq,
        long head,
        CancellationToken cancellationToken
    )
    {
        Singles++;
        return inner.CountOwnAboveAsync(conversation, user, seq, head, cancellationToken);
    }

    public ValueTask ReadForwardAsync(
        ConversationId conversation,
        SeqRange range,
        EntryPage page,
        CancellationToken cancellationToken
    )
    {
        Singles++;
        return inner.ReadForwardAsync(conversation, range, page, cancellationToken);
    }

    public ValueTask ReadBackwardAsync(
        ConversationId conversation,
        SeqRange range,
        EntryPage page,
        CancellationToken cancellationToken
    )
    {
        Singles++;
        return inner.ReadBackwardAsync(conversation, range, page, cancellationToken);
    }
}
