using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Storage.InMemory;
using CsCheck;
using Xunit;

namespace Connect.Tests.People;

/// <summary>Blocks and unblocks of several devices of a user at once, step by step in any order.</summary>
public sealed class BlockRaceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// The block has written its row and not its flag while the unblock runs from its beginning to its end.
    /// </summary>
    [Fact]
    public Task A_block_that_an_unblock_overtakes_leaves_the_conversation_open() =>
        // Away from the context of the test, where whoever is let go runs until it waits again.
        Task.Run(OvertakeAsync, Cancel);

    private static async Task OvertakeAsync()
    {
        var world = new PeopleWorld();
        var (ann, ben) = (await world.AddUserAsync(), await world.AddUserAsync());
        var steps = new Steps();
        var blocks = world.BlocksOver(new SteppedRows(world.Rows, steps), new SteppedFlags(world.Requests, steps));
        var block = blocks.BlockAsync(ann, ben, CancellationToken.None).AsTask();
        while (!(await world.Rows.ReadAsync([(ann, ben)], CancellationToken.None))[0].Blocks)
        {
            steps.Go(0);
        }

        // It has read its own row and is about to write the flag.
        steps.Go(0);
        var unblock = blocks.UnblockAsync(ann, ben, CancellationToken.None).AsTask();
        while (!unblock.IsCompleted)
        {
            steps.Go(steps.Waiting - 1);
        }

        steps.RunAll();

        Assert.Null(await block);
        Assert.Null(await unblock);
        Assert.Equal(MemberFlags.None, await world.FlagsAsync(ann, ben));
        Assert.Empty(await world.Blocks.ListAsync(ann, CancellationToken.None));
    }

    [Fact]
    public async Task An_unblock_opens_a_conversation_that_no_block_explains()
    {
        var world = new PeopleWorld();
        var (ann, ben) = (await world.AddUserAsync(), await world.AddUserAsync());
        await world.Requests.SetBlockAsync(ann, ben, blocks: true);

        Assert.Null(await world.Blocks.UnblockAsync(ann, ben, Cancel));

        Assert.Equal(MemberFlags.None, await world.FlagsAsync(ann, ben));
    }

    [Fact]
    public void Whatever_the_order_of_their_steps_the_conversation_is_closed_exactly_when_the_row_says_blocked() =>
        Gen.Select(Gen.Bool.Array[2, 4], Gen.Bool, Gen.Int[0, 3].Array[60])
            .Sample(
                (calls, blocked, order) => Task.Run(() => RunAsync(calls, blocked, order)).GetAwaiter().GetResult(),
                iter: 2_000
            );

    private static async Task RunAsync(bool[] calls, bool blocked, int[] order)
    {
        var world = new PeopleWorld();
        var (ann, ben) = (await world.AddUserAsync(), await world.AddUserAsync());
        if (blocked)
        {
            await world.Blocks.BlockAsync(ann, ben, CancellationToken.None);
        }

        var steps = new Steps();
        var blocks = world.BlocksOver(new SteppedRows(world.Rows, steps), new SteppedFlags(world.Requests, steps));
        var running = calls
            .Select(isBlock =>
                isBlock
                    ? blocks.BlockAsync(ann, ben, CancellationToken.None).AsTask()
                    : blocks.UnblockAsync(ann, ben, CancellationToken.None).AsTask()
            )
            .ToList();
        foreach (var which in order)
        {
            steps.Go(which);
        }

        steps.RunAll();
        foreach (var each in running)
        {
            Assert.Null(await each);
        }

        var row = (await world.Rows.ReadAsync([(ann, ben)], CancellationToken.None))[0];
        var flags = await world.FlagsAsync(ann, ben) ?? MemberFlags.None;
        Assert.Equal(row.Blocks, flags.HasFlag(MemberFlags.Blocks));
    }

    /// <summary>Calls of the store that wait until a test lets them go, one at a time.</summary>
    private sealed class Steps
    {
        private readonly List<TaskCompletionSource> _waiting = [];

        public int Waiting => _waiting.Count;

        public Task WaitAsync()
        {
            var step = new TaskCompletionSource();
            _waiting.Add(step);
            return step.Task;
        }

        public void Go(int which)
        {
            if (_waiting.Count > 0)
            {
                var step = _waiting[which % _waiting.Count];
                _waiting.Remove(step);
                step.SetResult();
            }
        }

        public void RunAll()
        {
            while (_waiting.Count > 0)
            {
                Go(0);
            }
        }
    }

    private sealed class SteppedRows(InMemoryRelations inner, Steps steps) : IRelationStore
    {
        public async ValueTask<ImmutableArray<Relation>> ReadAsync(
            ImmutableArray<(UserId Owner, UserId Other)> pairs,
            CancellationToken cancellationToken
        )
        {
            await steps.WaitAsync();
            return await inner.ReadAsync(pairs, cancellationToken);
        }

        public ValueTask<ImmutableArray<Relation>> ListAsync(UserId owner, CancellationToken cancellationToken) =>
            inner.ListAsync(owner, cancellationToken);

        public ValueTask<RelationTally> CountAsync(UserId owner, CancellationToken cancellationToken) =>
            inner.CountAsync(owner, cancellationToken);

        public async ValueTask<RelationWrite> PutAsync(Relation relation, RelationTally limits)
        {
            await steps.WaitAsync();
            return await inner.PutAsync(relation, limits);
        }

        public ValueTask DeleteAllAsync(UserId owner) => inner.DeleteAllAsync(owner);
    }

    private sealed class SteppedFlags(IDirectConversations inner, Steps steps) : IDirectConversations
    {
        public async ValueTask SetBlockAsync(UserId user, UserId other, bool blocks)
        {
            await steps.WaitAsync();
            await inner.SetBlockAsync(user, other, blocks);
        }

        public ValueTask SettleAsync(UserId user, UserId other) => inner.SettleAsync(user, other);
    }
}
