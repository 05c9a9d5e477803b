using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>The pump, case by case; what it does under everything at once is in the simulation.</summary>
public sealed class AppendPumpTests
{
    [Fact]
    public void A_creation_writes_the_index_before_each_attempt()
    {
        var world = new PumpWorld();
        world.Store.Commits.Enqueue(_ => throw new IOException("The link broke."));

        var result = Assert.Single(world.Append(world.Ann, world.Message("one")));

        Assert.Equal(new AppendResult(AppendStatus.Duplicate, 1, result.Time), result);
        Assert.Equal(["load", "index", "create", "index", "create", "claim", "find"], world.Store.Calls);
    }

    [Fact]
    public void It_is_in_use_until_nothing_is_left_to_do()
    {
        var world = new PumpWorld();
        var used = new List<bool>();
        world.Pump.Used = (_, runs) => used.Add(runs);
        world.Store.Commits.Enqueue(commit =>
        {
            Assert.Equal([true], used);
            return world.Truth.CommitAsync(commit);
        });

        world.Append(world.Ann, world.Message("one"));
        world.Scheduler.RunUntil(() => false, world.Scheduler.Elapsed);

        Assert.Equal([true, false], used);
    }

    [Fact]
    public void What_waits_together_is_committed_together()
    {
        var world = new PumpWorld();
        var one = world.Start(world.Pump, world.Ann, world.Message("one"));
        var two = world.Start(world.Pump, world.Bob, world.Message("two"), world.Message("three"));
        world.Finish(one);
        world.Finish(two);

        Assert.Equal(1, world.Store.Calls.Count(call => call is "create" or "commit"));
        Assert.Equal(3, Assert.Single(world.Published).Entries.Length);
    }

    [Fact]
    public void A_resend_gets_its_seq_and_another_text_a_conflict()
    {
        var world = new PumpWorld();
        var message = world.Message("one");
        var first = world.Append(world.Ann, message)[0];

        var again = world.Append(world.Ann, message)[0];
        var other = world.Append(world.Ann, message with { Text = "other"u8.ToArray() })[0];

        Assert.Equal(AppendStatus.Committed, first.Status);
        Assert.Equal(first with { Status = AppendStatus.Duplicate }, again);
        Assert.Equal(AppendStatus.Conflict, other.Status);
        Assert.Equal(1, world.Load()!.Messages);
    }

    [Fact]
    public void A_new_writer_asks_the_store_for_cids_only_when_it_must()
    {
        var world = new PumpWorld();
        var first = world.Message("one");
        world.Append(world.Ann, first);
        world.Store.Calls.Clear();
        var successor = world.NewPump();

        var next = world.Finish(world.Start(successor, world.Ann, world.Message("two"))).Results[0];
        Assert.Equal(["load", "commit"], world.Store.Calls);
        var named = world.Finish(world.Start(successor, world.Ann, world.Message("three", first.Cid))).Results[0];

        Assert.Equal((AppendStatus.Committed, 2), (next.Status, next.Seq));
        Assert.Equal((AppendStatus.Committed, 3), (named.Status, named.Seq));
        Assert.Equal(["load", "commit", "find", "commit"], world.Store.Calls);
    }

    [Fact]
    public void Messages_behind_one_that_is_not_there_are_refused_with_predecessor()
    {
        var world = new PumpWorld();
        var lost = world.Message("lost");
        var second = world.Message("second", lost.Cid);
        var results = world.Append(world.Ann, world.Message("first"), second, world.Message("third", second.Cid));

        Assert.Equal(
            [AppendStatus.Committed, AppendStatus.Predecessor, AppendStatus.Predecessor],
            results.Select(result => result.Status)
        );
    }

    [Fact]
    public void An_old_cid_is_too_old_only_when_the_store_does_not_know_it()
    {
        var world = new PumpWorld();
        var known = world.Message("known");
        world.Append(world.Ann, known);
        var days = world.Scheduler.DelayAsync(TimeSpan.FromDays(30));
        world.Scheduler.RunUntil(() => days.IsCompleted, TimeSpan.FromDays(31));
        var later = world.NewPump();

        var again = world.Finish(world.Start(later, world.Ann, known)).Results[0];
        var unknown = world.Message("unknown", age: TimeSpan.FromDays(30));
        var refused = world.Finish(world.Start(later, world.Ann, unknown)).Results[0];

        Assert.Equal((AppendStatus.Duplicate, 1), (again.Status, again.Seq));
        Assert.Equal(AppendStatus.TooOld, refused.Status);
    }

    [Fact]
    public void Nothing_is_kept_of_a_conversation_that_does_not_exist()
    {
        var world = new PumpWorld();
        var call = world.Start(world.NewPump(), world.Ann);
        Assert.Empty(world.Finish(call).Results);

        var request = new AppendRequest(world.Ann, default, default, [world.Message("one")]);
        var reply = new TaskCompletionSource<AppendReply>();
        world.Scheduler.Start(async () => reply.SetResult(await world.Pump.AppendAsync(request)));

        Assert.Equal(AppendStatus.NotFound, world.Finish(reply.Task).Results[0].Status);
        Assert.Equal(1, world.Released);
        Assert.Equal(AppendStatus.NotFound, world.Finish(world.StartMark(world.Ann, 1, 1)).Status);
    }

    [Fact]
    public void A_stranger_gets_the_answer_of_a_conversation_that_does_not_exist()
    {
        var world = new PumpWorld();
        world.Append(world.Ann, world.Message("one"));
        world.Store.Calls.Clear();
        var stranger = new UserId(9);

        var old = world.Message("x", world.Message("y").Cid, TimeSpan.FromDays(40));
        var results = world.Append(stranger, world.Message("x"), old);

        Assert.All(results, result => Assert.Equal(new AppendResult(AppendStatus.NotFound), result));
        Assert.Empty(world.Store.Calls);
    }

    [Fact]
    public void A_fenced_writer_acknowledges_nothing_and_lets_go()
    {
        var world = new PumpWorld();
        world.Append(world.Ann, world.Message("one"));
        world.Finish(world.Start(world.NewPump(), world.Bob, world.Message("two")));
        world.Published.Clear();
        var message = world.Message("three");

        var fenced = world.Append(world.Ann, message)[0];
        Assert.Equal(AppendStatus.Unavailable, fenced.Status);
        Assert.Equal(1, world.Released);
        Assert.Empty(world.Published);

        var retried = world.Append(world.Ann, message)[0];
        Assert.Equal((AppendStatus.Committed, 3), (retried.Status, retried.Seq));
    }

    [Fact]
    public void After_an_unknown_commit_that_took_place_the_sender_gets_its_seq_and_all_get_a_hint()
    {
        var world = new PumpWorld();
        world.Append(world.Ann, world.Message("one"));
        world.Store.Calls.Clear();
        world.Published.Clear();
        world.Store.Commits.Enqueue(async commit =>
        {
            await world.Truth.CommitAsync(commit);
            throw new IOException("The answer was lost.");
        });

        var result = world.Append(world.Ann, world.Message("two"))[0];

        Assert.Equal(2, result.Seq);
        Assert.True(result.IsCommitted);
        Assert.Equal(["commit", "claim", "find"], world.Store.Calls);
        var hint = Assert.Single(world.Published);
        Assert.True(hint.IsHint);
        Assert.Equal(2, hint.Head);
        Assert.Equal([world.Ann, world.Bob], hint.Recipients.Order());
    }

    [Fact]
    public void After_an_unknown_commit_that_did_not_take_place_the_turn_is_decided_anew()
    {
        var world = new PumpWorld();
        world.Append(world.Ann, world.Message("one"));
        world.Published.Clear();
        world.Store.Commits.Enqueue(_ => throw new IOException("The request was lost."));

        var result = world.Append(world.Ann, world.Message("two"))[0];

        Assert.Equal((AppendStatus.Committed, 2), (result.Status, result.Seq));
        Assert.Equal([2L], Assert.Single(world.Published).Entries.Select(entry => entry.Seq));
    }

    [Fact]
    public void A_store_that_never_answers_ends_in_unknown_and_nothing_is_acknowledged()
    {
        var world = new PumpWorld();
        world.Append(world.Ann, world.Message("one"));
        world.Store.Commits.Enqueue(_ =>
        {
            world.Store.Refusal = "gone";
            throw new IOException("gone");
        });

        Task<AppendReply>? call = null;
        Task<AppendReply>? behind = null;
        world.InOneTurn(() =>
        {
            call = world.Pump.AppendAsync(new(world.Ann, default, world.Bob, [world.Message("two")]));
            behind = world.Pump.AppendAsync(new(world.Bob, default, world.Ann, [world.Message("three")]));
        });

        Assert.Equal(AppendStatus.Unknown, world.Finish(call!).Results[0].Status);
        Assert.False(world.Finish(behind!).Results[0].IsCommitted);
        Assert.True(world.Scheduler.Elapsed >= world.Options.RecoveryLimit);
        Assert.Equal(1, world.Released);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_store_that_takes_nothing_any_more_is_asked_once_and_who_waits_is_told_at_once(bool creates)
    {
        var world = new PumpWorld();
        if (!creates)
        {
            world.Append(world.Ann, world.Message("one"));
        }

        var began = world.Scheduler.Elapsed;
        Task<AppendReply>? behind = null;
        world.Store.Commits.Enqueue(_ =>
        {
            world.Store.Refusal = "failed";
            world.Store.RefusesForGood = true;
            behind = world.Pump.AppendAsync(new(world.Bob, default, world.Ann, [world.Message("three")]));
            throw new IOException("failed");
        });
        var call = world.Start(world.Pump, world.Ann, world.Message("two"));

        // Of the first nobody knows whether it was written; the second was not.
        Assert.Equal(AppendStatus.Unknown, world.Finish(call).Results[0].Status);
        Assert.Equal(AppendStatus.Unavailable, world.Finish(behind!).Results[0].Status);
        Assert.True(world.Scheduler.Elapsed - began < world.Options.RecoveryFirstPause, "It waited for the store.");
    }

    [Fact]
    public void A_turn_that_is_never_decided_ends_after_32_attempts()
    {
        var world = new PumpWorld();
        world.Append(world.Ann, world.Message("one"));
        for (var i = 0; i < 100; i++)
        {
            world.Store.Commits.Enqueue(_ => ValueTask.FromResult(new CommitResult(CommitStatus.Exists, [])));
        }

        var result = world.Append(world.Ann, world.Message("two"))[0];

        Assert.Equal(AppendStatus.Unavailable, result.Status);
        Assert.Equal(100 - 32, world.Store.Commits.Count);
    }

    [Fact]
    public void What_has_no_room_is_unavailable()
    {
        var world = new PumpWorld(new() { MaxWaitingMessages = 2 });
        var two = world.Start(world.Pump, world.Ann, world.Message("one"), world.Message("two"));
        var third = world.Start(world.Pump, world.Bob, world.Message("x"), world.Message("y"), world.Message("z"));

        Assert.All(world.Finish(third).Results, r => Assert.Equal(AppendStatus.Unavailable, r.Status));
        Assert.All(world.Finish(two).Results, r => Assert.Equal(AppendStatus.Committed, r.Status));
    }

    [Fact]
    public void A_store_that_refuses_makes_sends_unavailable_and_serves_again_later()
    {
        var world = new PumpWorld();
        world.Append(world.Ann, world.Message("one"));
        world.Store.Refusal = "no space";
        var message = world.Message("two");
        Assert.Equal(AppendStatus.Unavailable, world.Append(world.Ann, message)[0].Status);

        world.Store.Refusal = null;
        Assert.Equal(AppendStatus.Committed, world.Append(world.Ann, message)[0].Status);
    }

    [Fact]
    public void Marks_wait_for_the_flush_or_travel_with_the_next_append()
    {
        var world = new PumpWorld();
        world.Append(world.Ann, world.Message("one"), world.Message("two"));
        world.Published.Clear();
        var started = world.Scheduler.Elapsed;

        var alone = world.StartMark(world.Bob, 1, 0);
        Assert.Equal(new MemberMarks(1, 0, 0, 0), world.Finish(alone).Marks);
        Assert.Equal(world.Options.DirectMarkFlushDelay, world.Scheduler.Elapsed - started);
        Assert.Equal(new MarkChange(world.Bob, 1, 0), Assert.Single(Assert.Single(world.Published).Receipts));

        started = world.Scheduler.Elapsed;
        var along = world.StartMark(world.Bob, 0, 2);
        world.Append(world.Ann, world.Message("three"));
        Assert.Equal(new MemberMarks(2, 2, 2, 0), world.Finish(along).Marks);
        Assert.True(world.Scheduler.Elapsed - started < world.Options.DirectMarkFlushDelay);
        Assert.Equal([new MarkChange(world.Bob, 2, 2)], world.Published[^1].Receipts);
        Assert.Single(world.Published[^1].Entries);
    }

    [Fact]
    public void Stopping_writes_the_marks_that_wait()
    {
        var world = new PumpWorld();
        world.Append(world.Ann, world.Message("one"));
        var mark = world.StartMark(world.Bob, 0, 1);
        world.Scheduler.Start(() => world.Pump.StopAsync());

        Assert.Equal(AppendStatus.Committed, world.Finish(mark).Status);
        Assert.True(world.Scheduler.Elapsed < world.Options.DirectMarkFlushDelay);
    }

    [Fact]
    public void A_writer_that_starts_with_nothing_to_write_tells_the_head()
    {
        var world = new PumpWorld();
        var message = world.Message("one");
        world.Append(world.Ann, message);
        world.Published.Clear();

        world.Finish(world.Start(world.NewPump(), world.Ann, message));

        Assert.Equal(1, Assert.Single(world.Published, publication => publication.IsHint).Head);
    }
}
