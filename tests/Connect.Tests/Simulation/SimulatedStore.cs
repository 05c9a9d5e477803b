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
