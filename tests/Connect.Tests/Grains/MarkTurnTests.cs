using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>
/// When marks of members are written: what others ask at the same time neither hastens nor forgets them.
/// </summary>
public sealed class MarkTurnTests
{
    private static readonly UserId Eve = new(3);
    private static readonly UserId Former = new(4);

    [Fact]
    public void What_outsiders_ask_is_refused_at_once_and_makes_no_write_of_the_marks_that_wait()
    {
        var world = GroupOfAnnAndBob();
        Assert.Equal(AppendStatus.Committed, world.Append(world.Ann, world.Message("one"))[0].Status);
        world.Store.Calls.Clear();
        var began = world.Scheduler.Elapsed;
        var bob = world.StartMark(world.Bob, 3, 3);
        var ann = world.StartMark(world.Ann, 3, 3);

        var asked = 0;
        while (world.Scheduler.Elapsed - began < world.Options.MarkFlushDelay * 0.9)
        {
            foreach (
                var (outsider, refusal) in new[] { (Eve, AppendStatus.NotFound), (Former, AppendStatus.NotMember) }
            )
            {
                var before = world.Scheduler.Elapsed;
                Assert.Equal(refusal, world.Finish(world.StartMark(outsider, 3, 3)).Status);
                Assert.Equal(refusal, world.Append(outsider, world.Message("from outside"))[0].Status);
                Assert.Equal(before, world.Scheduler.Elapsed);
                asked++;
            }

            var paused = false;
            world.Scheduler.Start(async () =>
            {
                await world.Scheduler.DelayAsync(TimeSpan.FromMilliseconds(20));
                paused = true;
            });
            Assert.True(world.Scheduler.RunUntil(() => paused, world.Scheduler.Elapsed + world.Options.MarkFlushDelay));
        }

        Assert.True(asked >= 20, $"Outsiders asked {asked} times only.");
        Assert.DoesNotContain("commit", world.Store.Calls);
        Assert.False(bob.IsCompleted || ann.IsCompleted);
        Assert.Equal((3, 3), (world.Finish(bob).Marks.Read, world.Finish(ann).Marks.Read));
        Assert.Equal(world.Options.MarkFlushDelay, world.Scheduler.Elapsed - began);
        Assert.Single(world.Store.Calls, "commit");
    }

    [Fact]
    public void Marks_that_fall_due_while_a_change_is_written_are_written_after_it()
    {
        var world = GroupOfAnnAndBob();
        world.Store.Commits.Enqueue(async commit =>
        {
            await Task.Delay(world.Options.MarkFlushDelay * 2, world.Scheduler.Time);
            return await world.Truth.CommitAsync(commit);
        });
        var began = world.Scheduler.Elapsed;
        var slow = world.StartChange(world.Pump, Add(world, new UserId(5)));
        var behind = world.StartChange(world.Pump, Add(world, new UserId(6)));
        var mark = world.StartMark(world.Bob, 1, 1);

        Assert.Equal(AppendStatus.Committed, world.Finish(slow).Status);
        Assert.Equal(AppendStatus.Committed, world.Finish(behind).Status);
        Assert.Equal(AppendStatus.Committed, world.Finish(mark).Status);
        Assert.Equal(world.Options.MarkFlushDelay * 2, world.Scheduler.Elapsed - began);
    }

    private static ChangeRequest Add(PumpWorld world, params UserId[] users) =>
        new(world.Ann, world.Message("").Cid, ChangeKind.Add, Add: [.. users]);

    private static PumpWorld GroupOfAnnAndBob()
    {
        var world = new PumpWorld();
        var cid = world.Message("").Cid;
        var create = new ChangeRequest(world.Ann, cid, ChangeKind.Create, Title: "title", Add: [world.Bob, Former]);
        Assert.Equal(AppendStatus.Committed, world.Change(create).Status);
        var remove = new ChangeRequest(world.Ann, world.Message("").Cid, ChangeKind.Remove, Former);
        Assert.Equal(AppendStatus.Committed, world.Change(remove).Status);
        return world;
    }
}
