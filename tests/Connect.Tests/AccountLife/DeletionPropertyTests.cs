using System.Text;
using Connect.Accounts.Deletion;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Leaving;
using Connect.Storage.InMemory;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.AccountLife;

/// <summary>The deletion of an account whose process dies anywhere, any number of times.</summary>
public sealed class DeletionPropertyTests
{
    [Fact]
    public void The_next_step_follows_the_order_in_which_rows_may_go() =>
        Gen.Select(Gen.Enum<DeletionState>(), Gen.Int[0, 2], Gen.Int[0, 2], Gen.Bool, Gen.Bool)
            .Sample(
                (state, conversations, devices, account, key) =>
                {
                    var next = new DeletionView(state, conversations, devices, account, key).Next;
                    return state != DeletionState.Begun
                        ? next == DeletionStep.Nothing
                        : (next != DeletionStep.DestroyKey || (conversations == 0 && devices == 0 && !account))
                            && (next != DeletionStep.DeleteAccount || (conversations == 0 && devices == 0))
                            && (
                                (next == DeletionStep.Finish)
                                == (conversations == 0 && devices == 0 && !account && !key)
                            );
                }
            );

    [Fact]
    public async Task Wherever_the_process_dies_the_deletion_ends_and_leaves_nothing()
    {
        var crashed = 0;
        await Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 60].List[0, 8])
            .SampleAsync(
                async (conversations, devices, lives) =>
                {
                    var world = await World.CreateAsync(conversations, devices, new(lives));
                    await world.RunToTheEndAsync();
                    await world.CheckAsync();
                    Interlocked.Add(ref crashed, world.Plan.Crashes);
                },
                iter: 300,
                threads: 2
            );
        Assert.True(crashed > 100, $"The process died {crashed} times only.");
    }

    private sealed class World
    {
        private readonly InMemoryStore _store;
        private readonly InMemoryUserStore _users;
        private readonly InMemoryRelations _relations;
        private readonly List<(ConversationId Id, UserId Peer)> _talks = [];

        private World(CrashPlan plan)
        {
            _store = new(Time);
            _users = new(_store);
            _relations = new(_users);
            Plan = plan;
        }

        public CrashPlan Plan { get; }

        private FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

        private UserId Anna { get; } = UserId.NewRandom();

        public static async Task<World> CreateAsync(int conversations, int devices, CrashPlan plan)
        {
            var world = new World(plan);
            var account = new Account(world.Anna, "anna", "anna", "hash", 1, false, 1);
            await world._users.CreateAsync(account);
            for (var i = 0; i < devices; i++)
            {
                await world._users.PutDeviceAsync(new(world.Anna, DeviceId.NewRandom(), "d", 1, null, 1));
            }

            for (var i = 0; i < conversations; i++)
            {
                // The last one died between its index row and its first entry.
                await world.TalkAsync(begun: i < 2);
            }

            var block = new Relation(world.Anna, new(7), BlockedAt: 1);
            var written = await world._relations.PutAsync(block, new(9, 9, 9, 9, 9));
            Assert.Equal(RelationWrite.Written, written);
            await world._users.BeginAsync(account with { Disabled = true, DeletingSince = 2, Version = 2 });
            return world;
        }

        public async Task RunToTheEndAsync()
        {
            while (true)
            {
                Plan.Start();
                var leaver = new ConversationLeaver(
                    CrashProxy<IConversationStore>.Before(_store, Plan),
                    new NoGroups(),
                    Time
                );
                var deletion = new AccountDeletion(
                    CrashProxy<IUserStore>.Before(_users, Plan),
                    CrashProxy<IDeletionStore>.Before(_users, Plan),
                    CrashProxy<IRelationStore>.Before(_relations, Plan),
                    CrashProxy<IConversationIndex>.Before(_store, Plan),
                    leaver
                );
                try
                {
                    await deletion.RunAsync(Anna, default);
                    return;
                }
                catch (CrashPlan.ProcessDiedException)
                {
                    // The next life goes on from the rows.
                }
            }
        }

        public async Task CheckAsync()
        {
            Assert.Equal(DeletionState.Done, await _users.ReadStateAsync(Anna, default));
            Assert.Null(await _users.GetAsync(Anna, default));
            Assert.Empty(await _users.ListDevicesAsync(Anna, default));
            Assert.Empty(await _store.ListAsync(Anna, default));
            Assert.Empty(await _relations.ListAsync(Anna, default));
            Assert.False(await _users.HasKeyAsync(Anna, default));
            Assert.True(await _users.CreateAsync(new(UserId.NewRandom(), "anna", "anna", null, 1, false, 1)));
            foreach (var (id, peer) in _talks)
            {
                var snapshot = await _store.LoadAsync(id);
                Assert.DoesNotContain(snapshot!.Members, member => member.User == Anna && member.IsPresent);
                Assert.Contains(snapshot.Members, member => member.User == Anna);
                if (snapshot.Messages > 0)
                {
                    var history = await _store.ReadHistoryAsync(peer, id, new(0, 0, 0, 10, 1000), default);
                    Assert.Equal(ReadAccess.Member, history.Access);
                    Assert.Single(history.Entries);
                }
            }

            var key = Plan.Calls.IndexOf(nameof(IDeletionStore.DestroyKeyAsync));
            Assert.True(key >= 0);
            Assert.DoesNotContain(nameof(IConversationIndex.DeleteAsync), Plan.Calls.Skip(key));
            Assert.DoesNotContain(nameof(IUserStore.DeleteDeviceAsync), Plan.Calls.Skip(key));
            Assert.DoesNotContain(nameof(IDeletionStore.DeleteAccountAsync), Plan.Calls.Skip(key));
        }

        private async Task TalkAsync(bool begun)
        {
            var (id, peer, cid) = (
                ConversationId.NewRandom(),
                UserId.NewRandom(),
                new Cid(Guid.CreateVersion7(Time.GetUtcNow()))
            );
            _talks.Add((id, peer));
            await _store.PutAsync([new(Anna, id, cid, 1), new(peer, id, cid, 1)]);
            if (begun)
            {
                var entry = new Entry(1, 1, EntryKind.Message, Anna, cid, Encoding.UTF8.GetBytes("hi"), 1);
                var commit = new ConversationCommit(
                    id,
                    new(ConversationKind.Direct, null),
                    0,
                    1,
                    1,
                    [entry],
                    [Founder(Anna), Founder(peer)]
                );
                Assert.Equal(CommitStatus.Committed, (await _store.CommitAsync(commit)).Status);
            }
        }

        private static Member Founder(UserId user) => new(user, MemberRole.Member, [new(1, long.MaxValue)], default);
    }
}
