using Connect.Doors.Limits;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Gateway.Limits;

/// <summary>The bucket by itself, and many of them in bounded memory.</summary>
public sealed class RateTests
{
    private static readonly Gen<Rate> AnyRate = Gen.Select(Gen.Int[1, 5000], Gen.Int[1, 50])
        .Select((milliseconds, burst) => new Rate(TimeSpan.FromMilliseconds(milliseconds), burst));

    [Fact]
    public void In_no_span_of_time_do_more_pass_than_the_burst_and_what_came_back_in_it() =>
        Gen.Select(AnyRate, Gen.Int[0, 4000].Array[1, 300])
            .Sample(
                (rate, pauses) =>
                {
                    var (now, fullAt) = (1L, 0L);
                    var passed = new List<long>();
                    foreach (var pause in pauses)
                    {
                        now += pause * TimeSpan.TicksPerMillisecond;
                        if (rate.Take(ref fullAt, now) == TimeSpan.Zero)
                        {
                            passed.Add(now);
                        }
                    }

                    for (var from = 0; from < passed.Count; from++)
                    {
                        for (var to = from; to < passed.Count; to++)
                        {
                            var most = rate.Burst + ((passed[to] - passed[from]) / rate.Interval.Ticks);
                            Assert.True(to - from + 1 <= most, $"{to - from + 1} of {most}");
                        }
                    }

                    Assert.NotEmpty(passed);
                }
            );

    [Fact]
    public void Who_waits_as_long_as_told_is_let_through_and_not_a_tick_earlier() =>
        Gen.Select(AnyRate, Gen.Int[1, 200])
            .Sample(
                (rate, tries) =>
                {
                    long fullAt = 0;
                    var wait = TimeSpan.Zero;
                    for (var at = 1; at <= tries + rate.Burst && wait == TimeSpan.Zero; at++)
                    {
                        wait = rate.Take(ref fullAt, at);
                    }

                    if (wait > TimeSpan.Zero)
                    {
                        var refusedAt = rate.Burst + 1L;
                        Assert.NotEqual(TimeSpan.Zero, rate.Wait(fullAt, refusedAt + wait.Ticks - 1));
                        Assert.Equal(TimeSpan.Zero, rate.Take(ref fullAt, refusedAt + wait.Ticks));
                    }
                }
            );

    [Fact]
    public void A_limit_of_0_lets_everything_through()
    {
        long fullAt = 0;
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Equal(TimeSpan.Zero, default(Rate).Take(ref fullAt, 1)));
    }

    [Fact]
    public void Keys_do_not_share_and_a_clock_that_jumps_changes_nothing()
    {
        var time = new FakeTimeProvider();
        var clock = new JumpingClock(time);
        var table = new RateTable<string>(Rate.Of(2, TimeSpan.FromMinutes(1)), 1000, clock);
        Assert.Equal(TimeSpan.Zero, table.Take("a"));
        Assert.Equal(TimeSpan.Zero, table.Take("a"));
        Assert.Equal(TimeSpan.FromSeconds(30), table.Take("a"));
        Assert.Equal(TimeSpan.Zero, table.Take("b"));
        clock.Jump = TimeSpan.FromHours(1);
        Assert.Equal(TimeSpan.FromSeconds(30), table.Wait("a"));
        table.GiveBack("a");
        Assert.Equal(TimeSpan.Zero, table.Take("a"));
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.Zero, table.Take("a"));
        Assert.NotEqual(TimeSpan.Zero, table.Take("a"));
    }

    [Fact]
    public void A_flood_of_keys_neither_grows_the_table_nor_frees_the_one_that_is_at_its_limit()
    {
        var time = new FakeTimeProvider();
        var table = new RateTable<int>(Rate.Of(10, TimeSpan.FromMinutes(1)), 1600, time);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(TimeSpan.Zero, table.Take(-1));
        }

        for (var key = 0; key < 50_000; key++)
        {
            table.Take(key);
            Assert.InRange(table.Count, 1, 1600);
        }

        Assert.NotEqual(TimeSpan.Zero, table.Wait(-1));
        Assert.NotEqual(TimeSpan.Zero, table.Take(-1));
    }

    [Fact]
    public void What_is_full_again_is_forgotten_first()
    {
        var time = new FakeTimeProvider();
        var table = new RateTable<int>(Rate.Of(1, TimeSpan.FromSeconds(1)), 160, time);
        for (var key = 0; key < 100; key++)
        {
            table.Take(key);
        }

        time.Advance(TimeSpan.FromSeconds(2));
        for (var key = 1000; key < 1100; key++)
        {
            table.Take(key);
        }

        Assert.InRange(table.Count, 100, 160);
        Assert.All(Enumerable.Range(1000, 100), key => Assert.NotEqual(TimeSpan.Zero, table.Wait(key)));
    }
}
