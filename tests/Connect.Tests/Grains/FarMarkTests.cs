using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Conversations.State;
using Connect.Conversations.Writing;
using Connect.Storage.RocksDb;
using Connect.Tests.Storage.RocksDb;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>
/// Marks so far behind the head that the store has to count for them: nobody's message waits for that, and what it
/// costs does not grow with the distance.
/// </summary>
public sealed class FarMarkTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public void The_messages_that_wait_are_committed_before_the_store_counts_for_a_mark()
    {
        var world = Talk();
        Task<MarkReply> mark = null!;
        var sent = new List<Task<AppendReply>>();
        world.InOneTurn(() =>
        {
            mark = world.Pump.MarkAsync(new(world.Bob, 0, 2));
            for (var i = 0; i < 2; i++)
            {
                sent.Add(world.Pump.AppendAsync(new(world.Ann, default, world.Bob, [world.Message($"{i}")])));
            }
        });

        Assert.All(sent, each => Assert.Equal(AppendStatus.Committed, world.Finish(each).Results[0].Status));
        Assert.Equal(2, world.Finish(mark).Marks.Read);
        Assert.Equal(["commit", "end", "count", "commit"], world.Store.Calls);
    }

    [Fact]
    public void What_a_message_says_to_have_been_seen_far_back_is_marked_after_it()
    {
        var world = Talk();
        var item = world.Message("answer") with { Seen = 2 };
        Assert.Equal(AppendStatus.Committed, world.Append(world.Bob, item)[0].Status);
        Assert.Equal(["commit"], world.Store.Calls);

        var marks = () => world.Load()!.Members.Single(each => each.User == world.Bob).Marks;
        Assert.Equal((0, 0), (marks().Delivered, marks().Read));
        Assert.True(
            world.Scheduler.RunUntil(() => marks().Read == 2, world.Scheduler.Elapsed + Deadline),
            "Not marked."
        );
        Assert.Equal(new MemberMarks(2, 2, 2, 1), marks());
        Assert.Equal(["commit", "end", "count", "commit"], world.Store.Calls);
    }

    [Fact]
    public void While_the_store_still_indexes_messages_go_on_and_the_mark_waits_for_it()
    {
        var world = Talk();
        var sent = new List<Task<AppendReply>>();
        for (var i = 0; i < 5; i++)
        {
            world.Store.Counts.Enqueue(() =>
            {
                sent.Add(world.Start(world.Pump, world.Ann, world.Message($"{sent.Count}")));
                return null;
            });
        }

        Assert.Equal(2, world.Finish(world.StartMark(world.Bob, 0, 2)).Marks.Read);
        Assert.Equal(5, sent.Count);
        Assert.All(sent, each => Assert.Equal(AppendStatus.Committed, world.Finish(each).Results[0].Status));
        Assert.Equal(6, world.Store.Calls.Count(each => each == "count"));
    }

    [Fact]
    public void A_count_that_fails_fails_its_mark_alone()
    {
        var world = Talk();
        world.Store.Counts.Enqueue(() => throw new InvalidDataException("The entry cannot be opened."));
        var mark = world.StartMark(world.Bob, 0, 2);
        Assert.Equal(AppendStatus.Unavailable, world.Finish(mark).Status);
        Assert.Equal(AppendStatus.Committed, world.Append(world.Ann, world.Message("next"))[0].Status);
        Assert.DoesNotContain("load", world.Store.Calls);
        Assert.Equal(0, world.Released);
    }

    [Fact]
    public async Task Members_who_scroll_a_backlog_open_two_entries_a_mark_at_any_length_and_refuse_nobody_a_send()
    {
        var small = await ScrollAsync(messages: 1_000);
        var large = await ScrollAsync(messages: 10_000);

        Assert.Equal(small, large);
        Assert.Equal(2 * Marks, small.Opened);
        Assert.Equal(2 * Marks, small.Searches);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_backlog_of_200_000_messages_costs_no_more()
    {
        var cost = await ScrollAsync(messages: 200_000);

        Assert.Equal((2 * Marks, 2 * Marks), cost);
    }

    private const int Members = 20;
    private const int Rounds = 5;
    private const int Marks = Members * Rounds;

    /// <summary>Twenty members mark far behind the head, again and again, while the owner sends.</summary>
    private static async Task<(long Opened, long Searches)> ScrollAsync(int messages)
    {
        using var folder = new StoreFolder();
        using var store = folder.Open();
        var run = new ExclusiveRun(store);
        var owner = new UserId(1);
        UserId[] others = [.. Enumerable.Range(2, Members).Select(i => new UserId((UInt128)i))];
        var create = new ChangeRequest(owner, NewCid(), ChangeKind.Create, Title: "group", Add: [.. others]);
        Assert.Equal(AppendStatus.Committed, (await run.DoAsync(pump => pump.ChangeAsync(create))).Status);
        for (var sent = 0; sent < messages; sent += 250)
        {
            await run.SendAsync(owner, 250);
        }

        // Each author's count is known to the committer from here on.
        var (opened, searches) = (store.Tables.EntriesOpened, store.Tables.Authors.Searches);
        for (var round = 0; round < Rounds; round++)
        {
            var marks = others
                .Select((user, i) => run.DoAsync(pump => pump.MarkAsync(new(user, 0, 10 + (round * 50) + i))))
                .ToList();
            for (var i = 0; i < 10; i++)
            {
                await run.SendAsync(owner, 1);
            }

            Assert.All(
                await Task.WhenAll(marks).WaitAsync(Deadline, TestContext.Current.CancellationToken),
                reply => Assert.Equal(AppendStatus.Committed, reply.Status)
            );
        }

        var cost = (store.Tables.EntriesOpened - opened, store.Tables.Authors.Searches - searches);
        await run.DoAsync(async pump =>
        {
            await pump.StopAsync();
            return true;
        });
        return cost;
    }

    private static Cid NewCid() => new(Guid.CreateVersion7(StoreTime));

    private static DateTimeOffset StoreTime => DateTimeOffset.UnixEpoch.AddDays(20_000);

    /// <summary>Twenty messages of Ann, of which the writer remembers the last four.</summary>
    private static PumpWorld Talk()
    {
        var world = new PumpWorld(new ConversationOptions { RecentEntries = 4 });
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(AppendStatus.Committed, world.Append(world.Ann, world.Message($"{i}"))[0].Status);
        }

        world.Store.Calls.Clear();
        return world;
    }

    /// <summary>A pump over the embedded store, on a scheduler that runs one thing at a time.</summary>
    private sealed class ExclusiveRun : IPublisher
    {
        private readonly TaskScheduler _scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        private readonly AppendPump _pump;

        public ExclusiveRun(RocksDbStore store)
        {
            var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(StoreTime);
            _pump = new(
                new ConversationId(77),
                store.Conversations,
                store.Index,
                this,
                new KnownRelations(),
                new ConversationOptions { RecentEntries = 0 },
                time,
                NullLogger.Instance,
                () => { }
            );
        }

        public void Publish(Publication publication) { }

        public Task<T> DoAsync<T>(Func<AppendPump, Task<T>> call) =>
            Task
                .Factory.StartNew(
                    () => call(_pump),
                    TestContext.Current.CancellationToken,
                    TaskCreationOptions.None,
                    _scheduler
                )
                .Unwrap()
                .WaitAsync(Deadline, TestContext.Current.CancellationToken);

        public async Task SendAsync(UserId sender, int count)
        {
            var request = new AppendRequest(
                sender,
                default,
                default,
                [.. Enumerable.Range(0, count).Select(_ => new AppendItem(NewCid(), new byte[100], default, 0))]
            );
            var reply = await DoAsync(pump => pump.AppendAsync(request));
            Assert.All(reply.Results, result => Assert.Equal(AppendStatus.Committed, result.Status));
        }
    }
}
