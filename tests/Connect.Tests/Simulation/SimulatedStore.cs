using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;

namespace Connect.Tests.Simulation;

/// <summary>
/// A link of one server to the true store that fails at every await: before the effect, after it, or with the effect
/// still under way when the caller already has its exception. When the server is dead nobody gets an answer.
/// </summary>
internal sealed class SimulatedStore(SimulatedWorld world, SimulatedServer server)
    : IConversationStore,
        IConversationIndex
{
    private const double FaultRate = 0.04;

    public ValueTask<ConversationSnapshot?> LoadAsync(ConversationId conversation) =>
        CallAsync(() => world.Truth.LoadAsync(conversation));

    public ValueTask<ConversationSnapshot?> ClaimAsync(ConversationId conversation) =>
        CallAsync(() => world.Truth.ClaimAsync(conversation));

    public ValueTask<Member?> SetFlagsAsync(
        ConversationId conversation,
        UserId member,
        UserId peer,
        MemberFlags add,
        MemberFlags remove
    ) => CallAsync(() => world.Truth.SetFlagsAsync(conversation, member, peer, add, remove));

    public ValueTask<MarkCounts?> CountAsync(ConversationId conversation, UserId member, long seq) =>
        CallAsync(() => world.Truth.CountAsync(conversation, member, seq));

    public ValueTask<long> FindEndAsync(ConversationId conversation, SeqRange range, long time) =>
        CallAsync(() => world.Truth.FindEndAsync(conversation, range, time));

    public ValueTask<ImmutableArray<KnownCid>> FindCidsAsync(
        ConversationId conversation,
        ImmutableArray<CidProbe> probes
    ) =>
        world.Bug == SimulatedBug.ForgetsCids
            ? new([])
            : CallAsync(() => world.Truth.FindCidsAsync(conversation, probes));

    public async ValueTask PutAsync(ImmutableArray<IndexRow> rows) =>
        await CallAsync(async () =>
        {
            await world.Truth.PutAsync(rows);
            return true;
        });

    public ValueTask<ImmutableArray<IndexRow>> ListAsync(UserId user, CancellationToken cancellationToken) =>
        CallAsync(() => world.Truth.ListAsync(user, cancellationToken));

    public ValueTask<IndexRow?> FindAsync(
        UserId user,
        ConversationId conversation,
        CancellationToken cancellationToken
    ) => CallAsync(() => world.Truth.FindAsync(user, conversation, cancellationToken));

    public ValueTask<IndexRow?> ChooseAsync(
        UserId user,
        ConversationId conversation,
        long? mutedUntil,
        long? hiddenThrough
    ) => throw new NotSupportedException();

    public ValueTask<bool> DeleteAsync(UserId user, ConversationId conversation, Cid cid) =>
        CallAsync(() => world.Truth.DeleteAsync(user, conversation, cid));

    public ValueTask<int> CountAsync(UserId user, CancellationToken cancellationToken) =>
        CallAsync(() => world.Truth.CountAsync(user, cancellationToken));

    public ValueTask<ImmutableArray<ListPlace>> ReadPlacesAsync(
        UserId user,
        ListShelf shelf,
        ListPlace after,
        int limit,
        CancellationToken cancellationToken
    ) => CallAsync(() => world.Truth.ReadPlacesAsync(user, shelf, after, limit, cancellationToken));

    public ValueTask<ImmutableArray<IndexRow?>> FindManyAsync(
        UserId user,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    ) => CallAsync(() => world.Truth.FindManyAsync(user, conversations, cancellationToken));

    public ValueTask<ImmutableArray<InviteRow>> ListInvitesAsync(UserId user, CancellationToken cancellationToken) =>
        CallAsync(() => world.Truth.ListInvitesAsync(user, cancellationToken));

    public ValueTask<bool> DeleteInviteAsync(UserId user, ConversationId conversation, long time) =>
        CallAsync(() => world.Truth.DeleteInviteAsync(user, conversation, time));

    public ValueTask<ImmutableArray<UserId>?> NoteSentAsync(
        UserId by,
        ConversationId conversation,
        ImmutableArray<UserId> users,
        long time,
        long lapsed,
        int limit
    ) => CallAsync(() => world.Truth.NoteSentAsync(by, conversation, users, time, lapsed, limit));

    public ValueTask<ImmutableArray<SentInvite>> ListSentAsync(
        UserId by,
        int limit,
        CancellationToken cancellationToken
    ) => CallAsync(() => world.Truth.ListSentAsync(by, limit, cancellationToken));

    public async ValueTask PutInvitesAsync(ImmutableArray<InviteRow> rows) =>
        await CallAsync(async () =>
        {
            await world.Truth.PutInvitesAsync(rows);
            return true;
        });

    public async ValueTask ForgetSentAsync(UserId by, ConversationId conversation, ImmutableArray<UserId> users) =>
        await CallAsync(async () =>
        {
            await world.Truth.ForgetSentAsync(by, conversation, users);
            return true;
        });

    public async ValueTask<CommitResult> CommitAsync(ConversationCommit commit)
    {
        await world.Scheduler.PauseAsync(10);
        await StopIfDeadAsync(() => server.Open.Add(commit));
        if (world.Bug == SimulatedBug.AcknowledgesBeforeCommit)
        {
            server.Open.Add(commit);
            return CommitResult.Committed;
        }

        if (commit.Create is not null)
        {
            // An insert waits for an open one of the same key; afterwards that one is decided.
            await server.Open.DecideAsync();
        }

        if (world.Chance(FaultRate))
        {
            if (world.Coin())
            {
                server.Open.Add(commit);
            }

            throw new IOException("The link broke before an answer.");
        }

        if (world.Chance(FaultRate / 2))
        {
            return CommitResult.Refused;
        }

        var result = await server.Open.CommitAsync(commit);
        await world.Scheduler.PauseAsync(10);
        await StopIfDeadAsync(null);
        return world.Chance(FaultRate) ? throw new IOException("The link broke after the commit.") : result;
    }

    private async ValueTask<T> CallAsync<T>(Func<ValueTask<T>> effect)
    {
        await world.Scheduler.PauseAsync(5);
        await StopIfDeadAsync(null);
        if (world.Chance(FaultRate))
        {
            throw new IOException("The link broke before the call.");
        }

        var result = await effect();
        await world.Scheduler.PauseAsync(5);
        await StopIfDeadAsync(null);
        return world.Chance(FaultRate) ? throw new IOException("The link broke after the call.") : result;
    }

    /// <summary>The caller of a dead server never goes on; its last request may still be on its way.</summary>
    private async Task StopIfDeadAsync(Action? last)
    {
        if (!server.IsDead)
        {
            return;
        }

        if (last is not null && world.Coin())
        {
            last();
        }

        await new TaskCompletionSource().Task;
    }
}
