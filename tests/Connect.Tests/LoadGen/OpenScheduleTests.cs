using Connect.LoadGen.Measuring;
using CsCheck;
using Xunit;

namespace Connect.Tests.LoadGen;

public sealed class OpenScheduleTests
{
    private const long TicksPerSecond = 1_000_000;

    [Fact]
    public void The_rate_of_all_senders_together_is_kept()
    {
        const int Count = 7;
        var senders = Enumerable.Range(0, Count).Select(i => OpenSchedule.Of(500, TicksPerSecond, 1000, Count, i));
        Assert.Equal(10_000, senders.Sum(each => each.CountBy(500 + (10 * TicksPerSecond) - 1)), 1.0 * Count);
    }

    [Fact]
    public void Senders_are_spread_over_the_interval()
    {
        var first = Enumerable.Range(0, 10).Select(i => OpenSchedule.Of(0, TicksPerSecond, 100, 10, i).DueOf(0));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => i * 10_000L), first);
    }

    [Fact]
    public void What_is_counted_as_due_is_what_the_times_say() =>
        Gen.Select(Gen.Double[0.5, 200_000], Gen.Int[1, 500], Gen.Long[0, 30 * TicksPerSecond])
            .Sample(
                (rate, senders, now) =>
                {
                    var schedule = OpenSchedule.Of(1000, TicksPerSecond, rate, senders, senders - 1);
                    var count = schedule.CountBy(now);
                    return (count == 0 || schedule.DueOf(count - 1) <= now) && schedule.DueOf(count) > now;
                }
            );

    /// <summary>
    /// Coordinated omission: a server that answers in 1 ms stands still for one of ten seconds. Who measures from the
    /// moment a message was due sees a tenth of them wait; who measures from when it went out sees one message wait.
    /// </summary>
    [Fact]
    public void A_stall_counts_for_everything_that_was_due_in_it()
    {
        var schedule = OpenSchedule.Of(0, TicksPerSecond, 1000, 1, 0);
        var (fromDue, fromSent) = (new LatencyHistogram(), new LatencyHistogram());
        var free = 0L;
        for (var i = 0; schedule.DueOf(i) < 10 * TicksPerSecond; i++)
        {
            var due = schedule.DueOf(i);
            var sent = Math.Max(due, free);
            var answered = sent + (i == 5000 ? TicksPerSecond : 100);
            free = answered;
            fromDue.Record(TimeSpan.FromMicroseconds(answered - due));
            fromSent.Record(TimeSpan.FromMicroseconds(answered - sent));
        }

        Assert.Equal(10_000, fromDue.Count);
        Assert.InRange(fromDue.Milliseconds(99), 800, 1000);
        Assert.InRange(fromSent.Milliseconds(99), 0, 1);
    }
}
