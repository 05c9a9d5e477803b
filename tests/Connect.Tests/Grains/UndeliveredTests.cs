using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Conversations.State;
using CsCheck;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>What is still undelivered after its time ends, and nobody is told that it arrived.</summary>
public sealed class UndeliveredTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromDays(30);

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(1, 2)]
    public void A_message_waits_to_the_second_and_then_has_ended(int late, int ended)
    {
        var world = new PumpWorld();
        Assert.All(world.Append(world.Ann, world.Message("1"), world.Message("2")), IsCommitted);
        Pass(world, Ttl + TimeSpan.FromSeconds(late));
        Assert.Equal(2 - ended, world.Views(world.Bob)[0].Unread);

        Assert.Equal(AppendStatus.Committed, world.Finish(world.StartMark(world.Bob, 2, 0)).Status);

        var marks = Marks(world, world.Bob);
        Assert.Equal(2, marks.Delivered);
        Assert.Equal([ended == 0, ended == 0], new long[] { 1, 2 }.Select(marks.HasDelivered));
        Assert.Equal(ended == 0 ? 0 : 2, marks.Read);
        Assert.Equal(2 - ended, world.Views(world.Bob)[0].Unread);
        var told = world.Published.SelectMany(each => each.Receipts).Last(each => each.User == world.Bob);
        Assert.Equal(marks.Ended, told.Ended);
        Assert.Equal(ended, told.Ended.OthersAbove(0));
    }

    [Fact]
    public void What_was_delivered_in_time_and_not_read_stays_unread_and_what_came_later_is_delivered()
    {
        var world = new PumpWorld();
        Assert.All(world.Append(world.Ann, world.Message("1")), IsCommitted);
        world.Finish(world.StartMark(world.Bob, 1, 0));
        Assert.All(world.Append(world.Ann, world.Message("2"), world.Message("3")), IsCommitted);
        Pass(world, Ttl + Ttl);
        Assert.All(world.Append(world.Ann, world.Message("4")), IsCommitted);
        Assert.Equal(2, world.Views(world.Bob)[0].Unread);

        world.Finish(world.StartMark(world.Bob, 4, 0));

        Assert.Equal(new EndedRanges([new(2, 3, 2)]), Marks(world, world.Bob).Ended);
        Assert.Equal(2, world.Views(world.Bob)[0].Unread);
        world.Finish(world.StartMark(world.Bob, 0, 1));
        Assert.Equal((3, 1), (Marks(world, world.Bob).Read, world.Views(world.Bob)[0].Unread));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(3)]
    [InlineData(0)]
    public void Marks_and_unread_are_always_as_a_plain_model_says(int remembered) =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 12], Gen.Int[0, 12])
            .List[1, 25]
            .Sample(
                steps =>
                {
                    var world = new PumpWorld(new ConversationOptions { RecentEntries = remembered });
                    var model = new Model();
                    foreach (var (what, delivered, read) in steps)
                    {
                        Step(world, model, what, delivered, read);
                        model.Compare(world);
                    }
                },
                iter: 150
            );

    private static void Step(PumpWorld world, Model model, int what, int delivered, int read)
    {
        switch (what)
        {
            case 0:
                Pass(world, Ttl / 3);
                break;
            case 1:
                Pass(world, Ttl + Ttl);
                break;
            case 2 or 3:
                var from = what == 2 ? world.Ann : world.Bob;
                Assert.All(world.Append(from, world.Message("x")), IsCommitted);
                model.Append(from, world.Scheduler.Time.GetUtcNow());
                break;
            default:
                var target = what == 4 ? (delivered, 0) : (delivered, read);
                if (model.Count > 0)
                {
                    var reply = world.Finish(world.StartMark(world.Bob, target.Item1, target.Item2));
                    Assert.Equal(AppendStatus.Committed, reply.Status);
                    model.Mark(target.Item1, target.Item2, world.Scheduler.Time.GetUtcNow());
                }

                break;
        }

        // What a message brought along is marked a little later.
        Pass(world, TimeSpan.FromSeconds(2));
    }

    private static void Pass(PumpWorld world, TimeSpan time)
    {
        var passed = false;
        world.Scheduler.Start(async () =>
        {
            // A delay is not longer than this.
            for (var days = TimeSpan.FromDays(10); time > days; time -= days)
            {
                await world.Scheduler.DelayAsync(days);
            }

            await world.Scheduler.DelayAsync(time);
            passed = true;
        });
        Assert.True(
            world.Scheduler.RunUntil(() => passed, world.Scheduler.Elapsed + time + Ttl),
            "The time did not pass."
        );
    }

    private static MemberMarks Marks(PumpWorld world, UserId user) =>
        world.Load()!.Members.Single(each => each.User == user).Marks;

    private static void IsCommitted(AppendResult result) => Assert.Equal(AppendStatus.Committed, result.Status);

    /// <summary>Entry by entry, what Bob has and what ended for him.</summary>
    private sealed class Model
    {
        private readonly List<(UserId From, DateTimeOffset Time, bool IsEnded)> _log = [];
        private int _delivered;
        private int _read;

        public int Count => _log.Count;

        public void Append(UserId from, DateTimeOffset now)
        {
            _log.Add((from, now, false));
            Settle();
        }

        public void Mark(int delivered, int read, DateTimeOffset now)
        {
            read = Math.Min(read, Count);
            delivered = Math.Min(Math.Max(delivered, read), Count);
            for (var i = _delivered; i < delivered; i++)
            {
                _log[i] = _log[i] with { IsEnded = HasEnded(i, now) };
            }

            _delivered = Math.Max(_delivered, delivered);
            _read = Math.Max(_read, read);
            Settle();
        }

        public void Compare(PumpWorld world)
        {
            if (Count == 0)
            {
                return;
            }

            var marks = Marks(world, world.Bob);
            // The mark may rest before own messages that are not remembered, and behind one before what ended, until it
            // rises again: nothing there is unread.
            var read = SettleFrom((int)marks.Read);
            Assert.Equal((_delivered, _read), (Math.Max(marks.Delivered, read), read));
            for (var i = 0; i < Count; i++)
            {
                if (_log[i].From == world.Ann)
                {
                    Assert.Equal(i < _delivered && !_log[i].IsEnded, marks.HasDelivered(i + 1));
                }
            }

            var now = world.Scheduler.Time.GetUtcNow();
            var unread = Enumerable
                .Range(_read, Count - _read)
                .Count(i => _log[i].From == world.Ann && !(i < _delivered ? _log[i].IsEnded : HasEnded(i, now)));
            Assert.Equal(unread, world.Views(world.Bob)[0].Unread);
        }

        private bool HasEnded(int i, DateTimeOffset now) => now - _log[i].Time > Ttl;

        private void Settle()
        {
            _read = SettleFrom(_read);
            _delivered = Math.Max(_delivered, _read);
        }

        private int SettleFrom(int read)
        {
            while (read < Count && ((read < _delivered && _log[read].IsEnded) || _log[read].From == new UserId(2)))
            {
                read++;
            }

            return read;
        }
    }
}
