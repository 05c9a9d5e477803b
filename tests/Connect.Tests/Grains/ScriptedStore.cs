using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.InMemory;

namespace Connect.Tests.Grains;

/// <summary>The in-memory store with scripted commits and refusals, and a list of the calls.</summary>
internal sealed class ScriptedStore(InMemoryStore inner) : IConversationStore, IConversationIndex
{
    /// <summary>Called instead of the commit, once each; it may pass the commit on.</summary>
    public Queue<Func<ConversationCommit, ValueTask<CommitResult>>> Commits { get; } = new();

    /// <summary>Called instead of a count, once each.</summary>
    public Queue<Func<MarkCounts?>> Counts { get; } = new();

    public List<string> Calls { get; } = [];

    /// <summary>Writes are refused with this reason; null: they are accepted.</summary>
    public string? Refusal { get; set; }

    /// <summary>Whether a refusal is final.</summary>
    public bool RefusesForGood { get; set; }

    public ValueTask<CommitResult> CommitAsync(ConversationCommit commit)
    {
        Calls.Add(commit.Create is null ? "commit" : "create");
        return Commits.TryDequeue(out var script) ? script(commit)
            : Refusal is null ? inner.CommitAsync(commit)
            : ValueTask.FromResult(CommitResult.Refused);
    }

    public ValueTask<ConversationSnapshot?> LoadAsync(ConversationId conversation)
    {
        Calls.Add("load");
        return inner.LoadAsync(conversation);
    }

    public ValueTask<ConversationSnapshot?> ClaimAsync(ConversationId conversation)
    {
        Calls.Add("claim");
        StoreRefusesException.ThrowIfRefused(Refusal, RefusesForGood);
        return inner.ClaimAsync(conversation);
    }

    public ValueTask<ImmutableArray<KnownCid>> FindCidsAsync(
        ConversationId conversation,
        ImmutableArray<CidProbe> probes
    )
    {
        Calls.Add("find");
        return inner.FindCidsAsync(conversation, probes);
    }

    public ValueTask<Member?> SetFlagsAsync(
        ConversationId conversation,
        UserId member,
        UserId peer,
        MemberFlags add,
        MemberFlags remove
    )
    {
        Calls.Add("flags");
        StoreRefusesException.ThrowIfRefused(Refusal, RefusesForGood);
        return inner.SetFlagsAsync(conversation, member, peer, add, remove);
    }

    public ValueTask<MarkCounts?> CountAsync(ConversationId conversation, UserId member, long seq)
    {
        Calls.Add("count");
        return Counts.TryDequeue(out var script) ? new(script()) : inner.CountAsync(conversation, member, seq);
    }

    public ValueTask<long> FindEndAsync(ConversationId conversation, SeqRange range, long time)
    {
        Calls.Add("end");
        return inner.FindEndAsync(conversation, range, time);
    }

    public ValueTask PutAsync(ImmutableArray<IndexRow> rows)
    {
        Calls.Add("index");
        StoreRefusesException.ThrowIfRefused(Refusal, RefusesForGood);
        return inner.PutAsync(rows);
    }

    public ValueTask<ImmutableArray<IndexRow>> ListAsync(UserId user, CancellationToken cancellationToken) =>
        inner.ListAsync(user, cancellationToken);

    public ValueTask<IndexRow?> FindAsync(
        UserId user,
        ConversationId conversation,
        CancellationToken cancellationToken
    ) => inner.FindAsync(user, conversation, cancellationToken);

    public ValueTask<IndexRow?> ChooseAsync(
        UserId user,
        ConversationId conversation,
        long? mutedUntil,
        long? hiddenThrough
    ) => throw new NotSupportedException();

    public ValueTask<bool> DeleteAsync(UserId user, ConversationId conversation, Cid cid)
    {
        StoreRefusesException.ThrowIfRefused(Refusal, RefusesForGood);
        return inner.DeleteAsync(user, conversation, cid);
    }

    public ValueTask<int> CountAsync(UserId user, CancellationToken cancellationToken) =>
        inner.CountAsync(user, cancellationToken);

    public ValueTask<ImmutableArray<ListPlace>> ReadPlacesAsync(
        UserId user,
        ListShelf shelf,
        ListPlace after,
        int limit,
        CancellationToken cancellationToken
    ) => inner.ReadPlacesAsync(user, shelf, after, limit, cancellationToken);

    public ValueTask<ImmutableArray<IndexRow?>> FindManyAsync(
        UserId user,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    ) => inner.FindManyAsync(user, conversations, cancellationToken);

    public ValueTask<ImmutableArray<InviteRow>> ListInvitesAsync(UserId user, CancellationToken cancellationToken) =>
        inner.ListInvitesAsync(user, cancellationToken);

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

    public ValueTask PutInvitesAsync(ImmutableArray<InviteRow> rows)
    {
        Calls.Add("invites");
        StoreRefusesException.ThrowIfRefused(Refusal, RefusesForGood);
        return inner.PutInvitesAsync(rows);
    }

    public ValueTask ForgetSentAsync(UserId by, ConversationId conversation, ImmutableArray<UserId> users) =>
        inner.ForgetSentAsync(by, conversation, users);
}
