using Connect.Client.Outbox;
using Connect.Client.Stores;
using CsCheck;
using Xunit;

namespace Connect.Tests.Client;

/// <summary>The outbox by itself: order, <c>after</c>, and what a refusal does.</summary>
public sealed class SendQueueTests
{
    [Fact]
    public void A_wait_that_the_server_asked_for_holds_over_a_new_connection()
    {
        var queue = Queue(3);
        var now = TimeSpan.FromSeconds(100);
        queue.Connected(10, now);
        Assert.True(queue.TryTake(now, _ => { }, out var first, out _));
        queue.Retry(first, TimeSpan.FromSeconds(30), wait: true, everywhere: true, now);
        queue.Disconnected();
        now += TimeSpan.FromSeconds(1);
        queue.Connected(10, now);
        Assert.False(queue.TryTake(now, _ => { }, out _, out _));
        Assert.True(queue.DueAt(now) >= TimeSpan.FromSeconds(130));
        Assert.False(queue.TryTake(TimeSpan.FromSeconds(129.9), _ => { }, out _, out _));
        Assert.True(queue.TryTake(TimeSpan.FromSeconds(131), _ => { }, out var again, out _));
        Assert.Same(first, again);
    }

    [Fact]
    public void The_oldest_goes_first_and_after_names_the_one_before_it()
    {
        var queue = Queue(3);
        Assert.Equal([("1", ""), ("2", "1"), ("3", "2")], TakeAll(queue));
    }

    [Fact]
    public void After_a_passing_refusal_all_open_ones_go_again_from_the_oldest_once_all_are_answered()
    {
        var queue = Queue(3);
        TakeAll(queue);
        queue.Remove(queue.Find("1")!, TimeSpan.Zero);
        queue.Retry(queue.Find("2")!, TimeSpan.Zero, wait: false, everywhere: false, TimeSpan.Zero);
        Assert.Empty(TakeAll(queue));
        queue.Retry(queue.Find("3")!, TimeSpan.Zero, wait: false, everywhere: false, TimeSpan.Zero);
        Assert.Equal([("2", ""), ("3", "2")], TakeAll(queue));
    }

    [Fact]
    public void What_comes_after_a_message_refused_for_good_no_longer_waits_for_it()
    {
        var queue = Queue(3);
        TakeAll(queue);
        queue.Remove(queue.Find("1")!, TimeSpan.Zero);
        queue.Remove(queue.Find("2")!, TimeSpan.Zero);
        queue.Retry(queue.Find("3")!, TimeSpan.Zero, wait: false, everywhere: false, TimeSpan.Zero);
        Assert.Equal([("3", "")], TakeAll(queue));
    }

    [Fact]
    public void A_conversation_that_has_to_wait_does_not_hold_up_another()
    {
        var queue = Queue(1);
        queue.Add(Item(2, "other"));
        TakeAll(queue);
        queue.Retry(queue.Find("1")!, TimeSpan.FromSeconds(5), wait: true, everywhere: false, TimeSpan.Zero);
        queue.Retry(queue.Find("2")!, TimeSpan.FromSeconds(1), wait: true, everywhere: false, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(1), queue.DueAt(TimeSpan.Zero));
        Assert.Equal([("2", "")], TakeAll(queue, TimeSpan.FromSeconds(1)));
        Assert.Equal([("1", "")], TakeAll(queue, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void A_refusal_for_speed_halves_the_pace_once_and_it_recovers()
    {
        var queue = Queue(2000);
        queue.Connected(100, TimeSpan.Zero);
        var first = TakeAll(queue);
        Assert.Equal(SendLane.Window, first.Count);
        var wait = TimeSpan.FromSeconds(1);
        foreach (var (cid, _) in first)
        {
            queue.Retry(queue.Find(cid)!, wait, wait: true, everywhere: true, TimeSpan.Zero);
        }

        Assert.Empty(TakeAll(queue, TimeSpan.FromSeconds(0.9)));
        Assert.Equal(wait, queue.DueAt(TimeSpan.FromSeconds(0.5)));
        Assert.Equal([("1", "")], TakeAll(queue, wait));
        Assert.InRange(Sent(queue, TimeSpan.FromSeconds(2)), 50, 61);
        for (var second = 3; second < 8; second++)
        {
            Sent(queue, TimeSpan.FromSeconds(second));
        }

        Assert.InRange(Sent(queue, TimeSpan.FromSeconds(8)), 90, 100);
    }

    [Fact]
    public void A_limit_of_the_user_holds_up_all_conversations()
    {
        var queue = Queue(1);
        queue.Add(Item(2, "other"));
        queue.TryTake(TimeSpan.Zero, _ => { }, out var first, out _);
        queue.Retry(first!, TimeSpan.FromSeconds(5), wait: true, everywhere: true, TimeSpan.Zero);
        Assert.Empty(TakeAll(queue, TimeSpan.FromSeconds(4)));
        Assert.Equal(2, TakeAll(queue, TimeSpan.FromSeconds(5)).Count);
    }

    [Fact]
    public void No_more_goes_out_in_a_second_than_the_server_allows()
    {
        var queue = Queue(30);
        queue.Connected(10, TimeSpan.Zero);
        Assert.Equal(10, TakeAll(queue).Count);
        Assert.InRange(queue.DueAt(TimeSpan.Zero)!.Value.TotalMilliseconds, 100, 101);
        Assert.Equal(5, TakeAll(queue, TimeSpan.FromSeconds(0.5)).Count);
    }

    [Fact]
    public void Whatever_the_answers_the_log_has_each_message_once_and_in_order() =>
        Gen.Select(Gen.Int[1, 80], Gen.Int[0, int.MaxValue])
            .Sample(
                (count, seed) =>
                {
                    var random = new Random(seed);
                    var queue = Queue(count);
                    var log = new List<string>();
                    var now = TimeSpan.Zero;
                    var rounds = 0;
                    while (queue.Count > 0 && rounds++ < 10_000)
                    {
                        Round(queue, log, random, now);
                        now += TimeSpan.FromSeconds(1);
                    }

                    return log.SequenceEqual(Enumerable.Range(1, count).Select(index => $"{index}"));
                }
            );

    /// <summary>
    /// Some messages reach a server that keeps the rule of <c>after</c>; from somewhere on the answers are refusals, or
    /// they are lost with the connection.
    /// </summary>
    private static void Round(SendQueue queue, List<string> log, Random random, TimeSpan now)
    {
        var taken = TakeAll(queue, now, random.Next(1, 100));
        var failsFrom = random.Next(taken.Count + 1);
        var answersLost = random.Next(4) == 0;
        for (var index = 0; index < taken.Count; index++)
        {
            var (cid, after) = taken[index];
            var item = queue.Find(cid)!;
            if (index == failsFrom || (after.Length > 0 && !log.Contains(after)))
            {
                queue.Retry(item, TimeSpan.Zero, wait: false, everywhere: false, now);
                continue;
            }

            if (!log.Contains(cid))
            {
                log.Add(cid);
            }

            if (!answersLost)
            {
                queue.Remove(item, now);
            }
        }

        if (answersLost)
        {
            queue.Disconnected();
        }
    }

    /// <summary>How many leave at this moment when each is answered at once.</summary>
    private static int Sent(SendQueue queue, TimeSpan now)
    {
        var sent = 0;
        while (queue.TryTake(now, _ => { }, out var item, out _))
        {
            queue.Remove(item, now);
            sent++;
        }

        return sent;
    }

    private static SendQueue Queue(int count)
    {
        var queue = new SendQueue(new Random(1));
        for (var id = 1; id <= count; id++)
        {
            queue.Add(Item(id, "c"));
        }

        return queue;
    }

    private static OutboxItem Item(int id, string conversation) =>
        new(new OutboxMessage(id, conversation, "", $"{id}", "text", 0, false));

    private static List<(string Cid, string After)> TakeAll(
        SendQueue queue,
        TimeSpan now = default,
        int atMost = int.MaxValue
    )
    {
        var taken = new List<(string, string)>();
        while (taken.Count < atMost && queue.TryTake(now, _ => { }, out var item, out var after))
        {
            taken.Add((item.Cid, after));
        }

        return taken;
    }
}
