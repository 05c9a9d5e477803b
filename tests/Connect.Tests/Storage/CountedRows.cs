using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Reading;
using Connect.Storage.Rows;
using Connect.Storage.Rules;

namespace Connect.Tests.Storage;

/// <summary>How many rows of a store were read.</summary>
internal sealed class RowCount
{
    public long Rows { get; set; }
}

/// <summary>Counts the rows of conversations that are read, each for itself.</summary>
internal sealed class CountedRows(IConversationRows inner, RowCount count) : IConversationRows
{
    public ValueTask<ConversationHead?> ReadHeadAsync(ConversationId conversation, CancellationToken cancellationToken)
    {
        count.Rows++;
        return inner.ReadHeadAsync(conversation, cancellationToken);
    }

    public ValueTask<ImmutableArray<ConversationHead?>> ReadHeadsAsync(
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        count.Rows += conversations.Length;
        return inner.ReadHeadsAsync(conversations, cancellationToken);
    }

    public async ValueTask<ImmutableArray<ListedRows?>> ReadListAsync(
        UserId user,
        ImmutableArray<ConversationId> conversations,
        ListParts parts,
        CancellationToken cancellationToken
    )
    {
        var list = await inner.ReadListAsync(user, conversations, parts, cancellationToken);
        foreach (var listed in list)
        {
            count.Rows += listed is null
                ? 2
                : 1
                    + Math.Max(1, MemberBlock.CountFor(listed.Members.Length))
                    + (listed.Creation is null ? 0 : 1)
                    + (listed.Newest is null ? 0 : 1);
        }

        return list;
    }

    public ValueTask<Member?> ReadMemberAsync(
        ConversationId conversation,
        UserId user,
        CancellationToken cancellationToken
    )
    {
        count.Rows += 2;
        return inner.ReadMemberAsync(conversation, user, cancellationToken);
    }

    public async ValueTask<ImmutableArray<Member>> ReadMembersAsync(
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        var members = await inner.ReadMembersAsync(conversation, cancellationToken);
        count.Rows += 1 + MemberBlock.CountFor(members.Length);
        return members;
    }

    public ValueTask<Entry> ReadEntryAsync(ConversationId conversation, long seq, CancellationToken cancellationToken)
    {
        count.Rows++;
        return inner.ReadEntryAsync(conversation, seq, cancellationToken);
    }

    public ValueTask<long?> CountOwnAboveAsync(
        ConversationId conversation,
        UserId user,
        long seq,
        long head,
        CancellationToken cancellationToken
    )
    {
        count.Rows += 2;
        return inner.CountOwnAboveAsync(conversation, user, seq, head, cancellationToken);
    }

    public async ValueTask ReadForwardAsync(
        ConversationId conversation,
        SeqRange range,
        EntryPage page,
        CancellationToken cancellationToken
    )
    {
        var before = page.Count;
        await inner.ReadForwardAsync(conversation, range, page, cancellationToken);
        count.Rows += page.Count - before;
    }

    public async ValueTask ReadBackwardAsync(
        ConversationId conversation,
        SeqRange range,
        EntryPage page,
        CancellationToken cancellationToken
    )
    {
        var before = page.Count;
        await inner.ReadBackwardAsync(conversation, range, page, cancellationToken);
        count.Rows += page.Count - before;
    }
}

/// <summary>Counts the rows of users' lists that are read.</summary>
internal sealed class CountedIndex(IConversationIndex inner, RowCount count) : IConversationIndex
{
    public ValueTask PutAsync(ImmutableArray<IndexRow> rows) => inner.PutAsync(rows);

    public ValueTask<int> CountAsync(UserId user, CancellationToken cancellationToken)
    {
        count.Rows++;
        return inner.CountAsync(user, cancellationToken);
    }

    public async ValueTask<ImmutableArray<ListPlace>> ReadPlacesAsync(
        UserId user,
        ListShelf shelf,
        ListPlace after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var places = await inner.ReadPlacesAsync(user, shelf, after, limit, cancellationToken);
        count.Rows += places.Length;
        return places;
    }

    public ValueTask<ImmutableArray<IndexRow?>> FindManyAsync(
        UserId user,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        count.Rows += conversations.Length;
        return inner.FindManyAsync(user, conversations, cancellationToken);
    }

    public async ValueTask<ImmutableArray<IndexRow>> ListAsync(UserId user, CancellationToken cancellationToken)
    {
        var rows = await inner.ListAsync(user, cancellationToken);
        count.Rows += rows.Length;
        return rows;
    }

    public ValueTask<IndexRow?> FindAsync(UserId user, ConversationId conversation, CancellationToken cancellationToken)
    {
        count.Rows++;
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

    public ValueTask PutInvitesAsync(ImmutableArray<InviteRow> rows) => inner.PutInvitesAsync(rows);

    public async ValueTask<ImmutableArray<InviteRow>> ListInvitesAsync(UserId user, CancellationToken cancellationToken)
    {
        var rows = await inner.ListInvitesAsync(user, cancellationToken);
        count.Rows += rows.Length;
        return rows;
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
    ) => inner.ListSentAsync(by, limit, cancellationToken);

    public ValueTask ForgetSentAsync(UserId by, ConversationId conversation, ImmutableArray<UserId> users) =>
        inner.ForgetSentAsync(by, conversation, users);
}
