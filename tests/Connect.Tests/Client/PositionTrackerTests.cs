using Connect.Client.Positions;
using Connect.Client.Stores;
using Connect.Protocol;
using Connect.Protocol.V1;
using CsCheck;
using Xunit;
using Entry = Connect.Client.Entry;

namespace Connect.Tests.Client;

/// <summary>Positions with holes: what is released, in which order, and when a hole is pulled.</summary>
public sealed class PositionTrackerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Whatever_the_order_and_the_doubles_each_seq_is_released_once_and_in_order() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[0, 60].Array[0, 40], Gen.Int[0, int.MaxValue])
            .Sample(
                (count, doubled, seed) =>
                {
                    var items = Cut(count, new Random(seed));
                    var offered = items.Concat(doubled.Select(index => items[index % items.Count])).ToArray();
                    new Random(seed).Shuffle(offered);
                    var tracker = new PositionTracker(0, 256);
                    var released = new List<LogItem>();
                    foreach (var item in offered)
                    {
                        tracker.Offer(item, TimeSpan.Zero, released);
                    }

                    return tracker.Received == count && !tracker.HasHole && Covers(released, 1, count);
                }
            );

    [Fact]
    public void A_full_buffer_loses_nothing_that_the_pull_does_not_bring_again() =>
        Gen.Select(Gen.Int[10, 80], Gen.Int[1, 8], Gen.Int[0, int.MaxValue])
            .Sample(
                (count, limit, seed) =>
                {
                    var items = Cut(count, new Random(seed)).ToArray();
                    var shuffled = items.ToArray();
                    new Random(seed).Shuffle(shuffled);
                    var tracker = new PositionTracker(0, limit);
                    var released = new List<LogItem>();
                    foreach (var item in shuffled)
                    {
                        tracker.Offer(item, TimeSpan.Zero, released);
                    }

                    // The pull brings all above the position, in order.
                    foreach (var item in items.Where(item => item.To > tracker.Received))
                    {
                        tracker.Offer(item, TimeSpan.Zero, released);
                    }

                    return tracker.Received == count && tracker.KnownHead == count && Covers(released, 1, count);
                }
            );

    [Fact]
    public void A_hole_is_pulled_after_200_ms_and_not_before()
    {
        var tracker = new PositionTracker(4, 16);
        var released = new List<LogItem>();
        tracker.Offer(Item(6), Second, released);
        Assert.Empty(released);
        Assert.True(tracker.HasHole);
        Assert.Equal(Second + ProtocolLimits.HoleGrace, tracker.PullAt);
        tracker.Offer(Item(5), Second, released);
        Assert.Equal([5, 6], released.Select(item => item.To));
        Assert.Null(tracker.PullAt);
    }

    [Fact]
    public void A_hint_is_pulled_after_200_ms_and_a_lower_one_not_at_all()
    {
        var tracker = new PositionTracker(4, 16);
        tracker.Hint(4, Second);
        Assert.Null(tracker.PullAt);
        tracker.Hint(9, Second);
        Assert.Equal(Second + ProtocolLimits.HoleGrace, tracker.PullAt);
    }

    [Fact]
    public void A_skipped_range_fills_a_hole_and_only_its_new_part_is_told()
    {
        var tracker = new PositionTracker(4, 16);
        var released = new List<LogItem>();
        tracker.Offer(Item(9), Second, released);
        tracker.Offer(Range(2, 8), Second, released);
        Assert.Equal(9, tracker.Received);
        Assert.Equal([(5, 8), (9, 9)], released.Select(item => (item.From, item.To)));
    }

    [Fact]
    public void A_fruitless_pull_is_repeated_ever_more_rarely_and_a_hint_nothing_bears_out_is_forgotten()
    {
        var tracker = new PositionTracker(4, 16);
        tracker.Hint(9, TimeSpan.Zero);
        var waits = new List<TimeSpan>();
        var now = TimeSpan.Zero;
        while (tracker.PullAt is { } due)
        {
            waits.Add(due - now);
            now = due;
            tracker.PullStarted();
            Assert.Null(tracker.PullAt);
            tracker.PullEnded(false, now);
        }

        Assert.Equal([200, 1_000, 2_000, 4_000, 8_000], waits.Select(wait => wait.TotalMilliseconds));
        Assert.False(tracker.HasHole);
    }

    [Fact]
    public void Without_room_nothing_moves_and_with_room_it_is_pulled_at_once()
    {
        var tracker = new PositionTracker(4, 16);
        var released = new List<LogItem>();
        tracker.Pause();
        tracker.Offer(Item(5), Second, released);
        Assert.Empty(released);
        Assert.Equal(4, tracker.Received);
        Assert.Null(tracker.PullAt);
        tracker.Resume(Second);
        Assert.Equal(Second, tracker.PullAt);
    }

    internal static LogItem Item(long seq, string conversation = "c", string from = "u", string text = "t") =>
        LogItem.Of(
            new Entry(
                conversation,
                seq,
                DateTimeOffset.UnixEpoch.AddSeconds(seq),
                EntryKind.Message,
                from,
                $"cid-{seq}",
                text,
                null
            )
        );

    internal static LogItem Range(long from, long to) => new("c", from, to, null, SkipReason.Expired);

    /// <summary>A log of this length, cut into entries and skipped ranges.</summary>
    private static List<LogItem> Cut(int count, Random random)
    {
        var items = new List<LogItem>();
        for (var seq = 1; seq <= count; seq++)
        {
            var to = Math.Min(count, seq + random.Next(4));
            if (random.Next(4) == 0)
            {
                items.Add(Range(seq, to));
                seq = to;
            }
            else
            {
                items.Add(Item(seq));
            }
        }

        return items;
    }

    private static bool Covers(List<LogItem> released, long first, long last)
    {
        foreach (var item in released)
        {
            if (item.From != first)
            {
                return false;
            }

            first = item.To + 1;
        }

        return first == last + 1;
    }
}
