using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Conversations.History;
using Connect.Conversations.State;
using Connect.Conversations.Writing;
using CsCheck;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>Receipts of groups: who is told of what, how rarely, and that it converges.</summary>
public sealed class GroupReceiptTests
{
    private readonly record struct Step(int User, bool IsSend, int Back, bool IsRead, int Wait);

    [Fact]
    public void Authors_learn_the_marks_of_all_who_got_and_read_their_messages() =>
        Gen.Select(Steps(4), Secrets(4)).Sample((steps, secrets) => CheckNamed(steps, secrets), iter: 300, threads: 1);

    [Fact]
    public void Authors_in_large_groups_learn_how_many_got_and_read_their_newest_messages() =>
        Gen.Select(Steps(6), Secrets(6)).Sample((steps, secrets) => CheckCounts(steps, secrets), iter: 300, threads: 1);

    [Fact]
    public void Receipts_of_many_marks_are_gathered_into_one_push_to_the_authors_alone()
    {
        var group = new Group(10);
        group.Send(0);
        group.Send(1);
        group.Settle();
        group.World.Published.Clear();
        for (var user = 2; user < 10; user++)
        {
            group.Mark(user, 3, 2);
            group.Mark(user, 3, 3);
        }

        var started = group.World.Scheduler.Elapsed;
        group.Settle();

        var told = Assert.Single(group.World.Published, each => each.Recipients.Length > 1);
        Assert.Equal([Group.User(0), Group.User(1)], told.Recipients);
        Assert.Equal(8, told.Receipts.Length);
        Assert.All(told.Receipts, receipt => Assert.Equal((3, 3), (receipt.Delivered, receipt.Read)));
        Assert.True(group.ToldAt - started <= TimeSpan.FromSeconds(1));

        // The member's own devices do not wait for the others.
        var own = group.World.Published.FindAll(each => each.Recipients.Length == 1);
        Assert.Equal(8, own.Select(each => each.Recipients[0]).Distinct().Count());
    }

    [Fact]
    public void What_a_lost_writer_had_persisted_but_not_told_is_told_by_the_next()
    {
        var group = new Group(5);
        group.Send(0);
        group.Settle();
        group.World.Finish(group.MarkRunning(1, 2, 2));
        group.World.Published.Clear();

        // Its memory is gone, and the client repeats a mark whose `ok` it did not get.
        group.Lose();
        group.World.Finish(group.MarkRunning(1, 2, 2));
        group.Settle();

        var receipt = new MarkChange(Group.User(1), 2, 2);
        Assert.Contains(
            group.World.Published,
            each => each.Recipients.Contains(Group.User(0)) && each.Receipts.Contains(receipt)
        );
    }

    [Theory]
    [InlineData(50)]
    [InlineData(2)]
    public void That_somebody_reads_who_hides_it_is_not_told_by_a_push_without_news(int named)
    {
        var group = new Group(4, named);
        group.World.Relations.HidingReads.Add(Group.User(1));
        group.Send(0);
        group.Mark(1, 2, 0);
        group.Settle();
        group.World.Published.Clear();

        group.Mark(1, 2, 2);
        group.Settle();
        var own = Assert.Single(group.World.Published);
        Assert.Equal([Group.User(1)], own.Recipients);
        Assert.Equal([new MarkChange(Group.User(1), 2, 2)], own.Receipts);
    }

    [Fact]
    public void Where_it_cannot_be_known_what_members_hide_nothing_is_told()
    {
        var group = new Group(4);
        group.World.Relations.Failure = new TimeoutException("the store is away");
        group.Send(0);
        group.Mark(1, 2, 2);
        group.Settle();

        Assert.All(
            group.World.Published.SelectMany(each => each.Recipients.Select(to => (to, each.Receipts))),
            told => Assert.All(told.Receipts, receipt => Assert.Equal(told.to, receipt.User))
        );
    }

    [Fact]
    public void A_writer_that_stops_tells_at_once()
    {
        var group = new Group(3);
        group.Send(0);
        group.Settle();
        group.World.Finish(group.MarkRunning(1, 2, 2));
        var started = group.World.Scheduler.Elapsed;
        var stopped = new TaskCompletionSource<bool>();
        group.World.Scheduler.Start(async () =>
        {
            await group.Pump.StopAsync();
            stopped.SetResult(true);
        });
        group.World.Finish(stopped.Task);

        Assert.True(group.World.Scheduler.Elapsed - started < group.World.Options.ReceiptDelay);
        Assert.Contains(
            group.World.Published,
            each => each.Recipients.Contains(Group.User(0)) && !each.Receipts.IsEmpty
        );
    }

    [Fact]
    public void Of_one_author_only_the_newest_messages_are_counted_at_once()
    {
        var group = new Group(6, named: 5, counted: 2);
        for (var i = 0; i < 5; i++)
        {
            group.Send(0);
        }

        group.Settle();
        group.World.Published.Clear();
        group.Mark(1, 6, 6);
        group.Settle();

        var told = Assert.Single(group.World.Published, each => !each.Counts.IsDefaultOrEmpty);
        Assert.Equal([5L, 6L], told.Counts.Select(counts => counts.Seq));
    }

    [Theory]
    [InlineData(0, 4, true)]
    [InlineData(199, 4, true)]
    [InlineData(200, 4, false)]
    [InlineData(40, 8_000, false)]
    public async Task The_list_of_a_large_group_counts_the_readers_newest_message_unless_it_is_far_back(
        int later,
        int bytes,
        bool isCounted
    )
    {
        var group = new Group(52);
        group.Send(0);
        var seq = group.Messages[^1].Seq;
        for (var i = 0; i < later; i++)
        {
            group.Send(1, new string('x', bytes));
        }

        group.Mark(2, seq, 0);
        group.Mark(3, 0, seq);
        group.Settle();
        var newest = await group.World.Truth.ReadOwnNewestAsync(
            Group.User(0),
            group.World.Conversation,
            TestContext.Current.CancellationToken
        );

        // Who wrote later has read nothing by that.
        Assert.Equal(isCounted ? seq : null, newest?.Seq);
        var (delivered, read) = new VisibleMarks(Group.User(0), MemberFlags.None, ReceiptPrivacy.None).Count(
            newest?.Others ?? [],
            seq
        );
        Assert.Equal(isCounted ? (2u, 1u) : (0, 0), (delivered, read));
    }

    private static Gen<List<Step>> Steps(int users) =>
        Gen.Select(Gen.Int[0, users - 1], Gen.Bool, Gen.Int[0, 4], Gen.Bool, Gen.Int[0, 3])
            .Select((user, send, back, read, wait) => new Step(user, send, back, read, wait))
            .List[1, 40];

    /// <summary>Half of the time nobody hides anything; else some do, and some block others.</summary>
    private static Gen<KnownRelations> Secrets(int users) =>
        Gen.Select(Gen.Bool, Gen.Int[0, users - 1].List[0, 2], Gen.Int[0, (users * users) - 1].List[0, 3])
            .Select(
                (any, hiding, pairs) =>
                {
                    var relations = new KnownRelations();
                    if (any)
                    {
                        relations.HidingReads.UnionWith(hiding.Select(Group.User));
                        relations.Blocks.UnionWith(
                            pairs
                                .Where(pair => pair / users != pair % users)
                                .Select(pair => (Group.User(pair / users), Group.User(pair % users)))
                        );
                    }

                    return relations;
                }
            );

    private static bool TellsDelivered(KnownRelations secrets, int of, int to) =>
        !secrets.Blocks.Contains((Group.User(of), Group.User(to)))
        && !secrets.Blocks.Contains((Group.User(to), Group.User(of)));

    private static bool TellsRead(KnownRelations secrets, int of, int to) =>
        TellsDelivered(secrets, of, to)
        && !secrets.HidingReads.Contains(Group.User(of))
        && !secrets.HidingReads.Contains(Group.User(to));

    private static void CheckNamed(List<Step> steps, KnownRelations secrets)
    {
        var group = Run(4, 50, steps, secrets);
        var marks = group.Stored();
        foreach (var (seq, author) in group.Messages)
        {
            foreach (var other in Enumerable.Range(0, 4).Where(user => user != author))
            {
                var told = group
                    .World.Published.Where(each => each.Recipients.Contains(Group.User(author)))
                    .SelectMany(each => each.Receipts)
                    .Where(receipt => receipt.User == Group.User(other))
                    .ToList();
                Assert.Equal(
                    marks[other].Read >= seq && TellsRead(secrets, other, author),
                    told.Exists(each => each.Read >= seq)
                );
                Assert.Equal(
                    marks[other].Delivered >= seq && TellsDelivered(secrets, other, author),
                    told.Exists(each => each.Delivered >= seq)
                );
            }
        }
    }

    private static void CheckCounts(List<Step> steps, KnownRelations secrets)
    {
        const int Users = 6;
        var group = Run(Users, 5, steps, secrets);
        var marks = group.Stored();
        foreach (var (seq, author) in group.Messages)
        {
            var told = group
                .World.Published.Where(each => each.Recipients.Contains(Group.User(author)) && !each.Counts.IsDefault)
                .SelectMany(each => each.Counts)
                .Where(counts => counts.Seq == seq)
                .ToList();
            var others = Enumerable.Range(0, Users).Where(user => user != author).ToList();
            Assert.Equal(
                others.Count(user => marks[user].Read >= seq && TellsRead(secrets, user, author)),
                told.Select(counts => counts.Read).DefaultIfEmpty().Max()
            );
            Assert.Equal(
                others.Count(user => marks[user].Delivered >= seq && TellsDelivered(secrets, user, author)),
                told.Select(counts => counts.Delivered).DefaultIfEmpty().Max()
            );
        }

        Assert.DoesNotContain(group.World.Published, each => each.Recipients.Length > 1 && !each.Receipts.IsEmpty);
    }

    private static Group Run(int users, int named, List<Step> steps, KnownRelations secrets)
    {
        var group = new Group(users, named);
        group.World.Relations.HidingReads.UnionWith(secrets.HidingReads);
        group.World.Relations.Blocks.UnionWith(secrets.Blocks);
        foreach (var step in steps)
        {
            var head = 1 + group.Messages.Count;
            if (step.IsSend)
            {
                group.Send(step.User);
            }
            else
            {
                var seq = Math.Max(1, head - step.Back);
                group.Mark(step.User, step.IsRead ? 0 : seq, step.IsRead ? seq : 0);
            }

            group.Wait(TimeSpan.FromMilliseconds(step.Wait * 300));
        }

        group.Settle();
        return group;
    }

    /// <summary>A group under one writer, user 0 its owner.</summary>
    private sealed class Group
    {
        private readonly List<Task> _marks = [];

        public Group(int users, int named = 50, int counted = 64)
        {
            World = new PumpWorld(new ConversationOptions { MembersWithMarks = named, CountedPerAuthor = counted });
            Pump = World.Pump;
            var cid = World.Message("").Cid;
            ImmutableArray<UserId> others = [.. Enumerable.Range(1, users - 1).Select(User)];
            var create = new ChangeRequest(User(0), cid, ChangeKind.Create, Title: "group", Add: others, Invite: []);
            var reply = new TaskCompletionSource<ChangeReply>();
            World.Scheduler.Start(async () => reply.SetResult(await Pump.ChangeAsync(create)));
            Assert.Equal(AppendStatus.Committed, World.Finish(reply.Task).Status);
        }

        public PumpWorld World { get; }

        public AppendPump Pump { get; private set; }

        public List<(long Seq, int Author)> Messages { get; } = [];

        public TimeSpan ToldAt { get; private set; }

        public static UserId User(int index) => new((UInt128)(100 + index));

        public void Send(int author, string text = "text")
        {
            var reply = new TaskCompletionSource<AppendReply>();
            var request = new AppendRequest(User(author), default, default, [World.Message(text)]);
            World.Scheduler.Start(async () => reply.SetResult(await Pump.AppendAsync(request)));
            Messages.Add((World.Finish(reply.Task).Results[0].Seq, author));
        }

        public void Mark(int user, long delivered, long read) => _marks.Add(MarkRunning(user, delivered, read));

        public Task<MarkReply> MarkRunning(int user, long delivered, long read)
        {
            var reply = new TaskCompletionSource<MarkReply>();
            var request = new MarkRequest(User(user), delivered, read);
            var pump = Pump;
            World.Scheduler.Start(async () => reply.SetResult(await pump.MarkAsync(request)));
            return reply.Task;
        }

        public void Lose() => Pump = World.NewPump();

        public void Wait(TimeSpan time)
        {
            var until = World.Scheduler.Elapsed + time;
            World.Scheduler.RunUntil(() => World.Scheduler.Elapsed >= until, until);
        }

        /// <summary>Until all marks are persisted and all receipts told.</summary>
        public void Settle()
        {
            World.Scheduler.RunUntil(() => _marks.TrueForAll(each => each.IsCompleted), Limit);
            var before = World.Published.Count;
            World.Scheduler.RunUntil(() => World.Published.Count > before + 1000, World.Scheduler.Elapsed + Delay);
            ToldAt = World.Scheduler.Elapsed;
        }

        public List<MemberMarks> Stored()
        {
            var members = World.Load()!.Members;
            return [.. Enumerable.Range(0, members.Length).Select(i => members.Single(m => m.User == User(i)).Marks)];
        }

        private TimeSpan Limit => World.Scheduler.Elapsed + TimeSpan.FromMinutes(1);

        private TimeSpan Delay => World.Options.ReceiptDelay + TimeSpan.FromMilliseconds(1);
    }
}
