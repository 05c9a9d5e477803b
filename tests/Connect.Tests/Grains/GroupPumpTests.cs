using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Conversations.State;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>Changes of a group through the pump: their order, the index, who is told, and failures.</summary>
public sealed class GroupPumpTests
{
    private static readonly UserId Cleo = new(3);

    [Fact]
    public void A_change_takes_its_turn_behind_the_messages_that_waited_before_it()
    {
        var world = GroupOfAnnAndBob();
        AppendRequest Send(string text) => new(world.Bob, default, default, [world.Message(text)]);
        Task<AppendReply>? before = null;
        Task<AppendReply>? after = null;
        Task<ChangeReply>? removal = null;
        world.InOneTurn(() =>
        {
            before = world.Pump.AppendAsync(Send("before"));
            removal = world.Pump.ChangeAsync(Remove(world, world.Ann, world.Bob));
            after = world.Pump.AppendAsync(Send("after"));
        });

        Assert.Equal(AppendStatus.Committed, world.Finish(before!).Results[0].Status);
        Assert.Equal(AppendStatus.Committed, world.Finish(removal!).Status);
        Assert.Equal(AppendStatus.NotMember, world.Finish(after!).Results[0].Status);
    }

    [Fact]
    public void The_index_row_comes_before_the_entry_and_goes_after_it()
    {
        var world = GroupOfAnnAndBob();
        world.Store.Calls.Clear();

        world.Change(Add(world, world.Ann, Cleo));
        Assert.Equal(["index", "commit"], world.Store.Calls.TakeLast(2));
        Assert.NotNull(world.IndexRow(Cleo));

        world.Change(Remove(world, world.Ann, Cleo));
        Assert.Null(world.IndexRow(Cleo));
        Assert.NotNull(world.IndexRow(world.Bob));
    }

    [Fact]
    public void Each_entry_goes_to_those_who_may_see_it()
    {
        var world = GroupOfAnnAndBob();
        world.Published.Clear();

        world.Change(Add(world, world.Ann, Cleo, new(4)));
        world.Change(Remove(world, world.Ann, world.Bob));

        var told = world.Published.Where(each => !each.Entries.IsEmpty).ToList();
        UserId[][] expected =
        [
            [world.Ann, world.Bob, Cleo],
            [world.Ann, world.Bob, Cleo, new(4)],
            [world.Ann, world.Bob, Cleo, new(4)],
        ];
        Assert.Equal(expected, told.Select(each => each.Recipients.Order().ToArray()));
        var notices = world.Published.Where(each => each.Notice != ConversationNotice.None).ToList();
        Assert.Equal([ConversationNotice.Changed, ConversationNotice.Over], notices.Select(each => each.Notice));
        Assert.Equal([Cleo, new(4)], notices[0].Recipients);
        Assert.Equal([world.Bob], notices[1].Recipients);
    }

    [Fact]
    public void A_change_sent_again_to_a_new_writer_has_its_answer_though_nothing_is_left_to_do()
    {
        var world = GroupOfAnnAndBob();
        var request = Add(world, world.Ann, Cleo);
        var first = world.Change(request);

        var again = world.Finish(world.StartChange(world.NewPump(), request));
        Assert.Equal((AppendStatus.Duplicate, first.Seq, first.Time), (again.Status, again.Seq, again.Time));
        var other = world.Finish(world.StartChange(world.NewPump(), Add(world, world.Ann, Cleo)));
        Assert.Equal((AppendStatus.Committed, 0), (other.Status, other.Seq));
    }

    [Fact]
    public void A_creation_asked_for_again_is_known_though_contacts_have_changed_since()
    {
        var world = new PumpWorld();
        var dan = new UserId(4);
        var first = new ChangeRequest(
            world.Ann,
            world.Message("").Cid,
            ChangeKind.Create,
            Title: "title",
            Add: [world.Bob, dan],
            Invite: [new(Cleo, false)]
        );
        var created = world.Change(first);
        var again = first with { Add = [Cleo, dan], Invite = [new(world.Bob, false)] };

        foreach (var pump in new[] { world.Pump, world.NewPump() })
        {
            var known = world.Finish(world.StartChange(pump, again));
            Assert.Equal((AppendStatus.Duplicate, 1, created.Time), (known.Status, known.Seq, known.Time));
            var renamed = world.Finish(world.StartChange(pump, again with { Title = "other" }));
            Assert.Equal(AppendStatus.Conflict, renamed.Status);
            var without = world.Finish(world.StartChange(pump, again with { Invite = [] }));
            Assert.Equal(AppendStatus.Conflict, without.Status);
        }
    }

    [Fact]
    public void A_stale_writer_that_still_takes_somebody_for_a_member_is_fenced()
    {
        var world = GroupOfAnnAndBob();
        var other = world.NewPump();
        Assert.Equal(
            AppendStatus.Committed,
            world.Finish(world.StartChange(other, Remove(world, world.Ann, world.Bob))).Status
        );
        var message = world.Message("from outside");

        Assert.Equal(AppendStatus.Unavailable, world.Append(world.Bob, message)[0].Status);
        Assert.Equal(AppendStatus.NotMember, world.Append(world.Bob, message)[0].Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_an_unknown_commit_a_change_is_there_once_and_its_seq_is_told(bool tookPlace)
    {
        var world = GroupOfAnnAndBob();
        var head = world.Load()!.NextSeq;
        world.Published.Clear();
        world.Store.Commits.Enqueue(async commit =>
        {
            if (tookPlace)
            {
                await world.Truth.CommitAsync(commit);
            }

            throw new IOException("The answer was lost.");
        });

        var reply = world.Change(Add(world, world.Ann, Cleo));

        Assert.Equal((tookPlace ? AppendStatus.Duplicate : AppendStatus.Committed, head), (reply.Status, reply.Seq));
        Assert.Equal(head + 1, world.Load()!.NextSeq);
        Assert.NotNull(world.IndexRow(Cleo));
        Assert.Contains(world.Published, each => each.Notice == ConversationNotice.Changed);
    }

    [Fact]
    public void Changes_that_have_no_room_are_unavailable()
    {
        var world = GroupOfAnnAndBob(new() { MaxWaitingChanges = 1 });
        Task<ChangeReply>? first = null;
        Task<ChangeReply>? second = null;
        world.InOneTurn(() =>
        {
            first = world.Pump.ChangeAsync(Add(world, world.Ann, Cleo));
            second = world.Pump.ChangeAsync(Add(world, world.Ann, new UserId(4)));
        });

        Assert.Equal(AppendStatus.Unavailable, world.Finish(second!).Status);
        Assert.Equal(AppendStatus.Committed, world.Finish(first!).Status);
    }

    private static ChangeRequest Add(PumpWorld world, UserId actor, params UserId[] users) =>
        new(actor, world.Message("").Cid, ChangeKind.Add, Add: [.. users]);

    private static ChangeRequest Remove(PumpWorld world, UserId actor, UserId user) =>
        new(actor, world.Message("").Cid, ChangeKind.Remove, user);

    private static PumpWorld GroupOfAnnAndBob(ConversationOptions? options = null)
    {
        var world = new PumpWorld(options);
        var request = new ChangeRequest(
            world.Ann,
            world.Message("").Cid,
            ChangeKind.Create,
            Title: "title",
            Add: [world.Bob]
        );
        var created = world.Change(request);
        Assert.Equal((AppendStatus.Committed, 1), (created.Status, created.Seq));
        return world;
    }
}
