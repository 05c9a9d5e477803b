using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Faults;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Cluster.Tests.Syncs;

/// <summary>
/// Devices that were away for longer than entries are pushed, and for longer than they are kept, over real sockets and
/// a clock that is set on.
/// </summary>
public sealed class StalePositionTests(ITestOutputHelper output)
{
    private const int Old = 6;
    private const int Head = 11;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_device_is_told_what_it_missed_is_expired_or_deleted_and_is_given_the_rest()
    {
        ProcessClock.SkipWithout();
        using var clock = new ProcessClock();
        await using var world = await SyncWorld.StartAsync(
            Limit,
            clock.Environment(ProcessClock.Library),
            "--Store:HistoryRetention=60.00:00:00"
        );
        var (ann, bob) = (await world.NewUserAsync(), await world.NewUserAsync());
        await world.BefriendAsync(ann, bob);
        var group = await world.NewGroupAsync(ann, bob);
        Assert.Equal((ulong)Old, await WriteAsync(world, ann, group, Old - 1));
        clock.Set(TimeSpan.FromDays(20));
        Assert.Equal((ulong)Head, await WriteAsync(world, ann, group, Head - Old));

        // The first six are older than the window of 30 days, the others are not.
        clock.Set(TimeSpan.FromDays(35));
        await CheckAsync(world, bob, group, deleted: 0, expired: Old);
        Assert.Equal(Range(1, Head), await HistoryAsync(world, bob, group));

        // And then older than what is kept, and the others older than the window.
        await world.Server.KillAsync(world.Deadline);
        clock.Set(TimeSpan.FromDays(61));
        await world.Server.RestartAsync(world.Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while ((await HistoryAsync(world, bob, group))[0] == 1)
        {
            await tick.WaitForNextTickAsync(world.Deadline);
        }

        await CheckAsync(world, bob, group, deleted: Old, expired: Head);
        Assert.Equal(Range(Old + 1, Head), await HistoryAsync(world, bob, group));
        Assert.Equal(Head + 1ul, await WriteAsync(world, ann, group, 1));
        await CheckAsync(world, bob, group, deleted: Old, expired: Head, head: Head + 1);
    }

    /// <summary>From every position that there can be, in both encodings.</summary>
    private async Task CheckAsync(
        SyncWorld world,
        TestUser user,
        string group,
        int deleted,
        int expired,
        int head = Head
    )
    {
        foreach (var encoding in new[] { FrameEncoding.Protobuf, FrameEncoding.Json })
        {
            var login = await world.LoginAsync(user);
            await using var session = await WireSession.ConnectAsync(world.Server, login, encoding, world.Deadline);
            for (var position = 0; position <= head; position++)
            {
                var held = new Position { Conversation = group, Seq = (ulong)position };
                var pages = await session.SyncAsync([held], world.Deadline);
                Assert.Empty(pages.SelectMany(page => page.Reset));
                Assert.Equal(
                    Range(Math.Max(position, expired) + 1, head),
                    pages.SelectMany(page => page.Entries).Select(entry => (long)entry.Seq)
                );
                var expected = new List<(SkipReason, long)>();
                for (var seq = position + 1; seq <= expired; seq++)
                {
                    expected.Add((seq <= deleted ? SkipReason.Deleted : SkipReason.Expired, seq));
                }

                var skipped = pages.SelectMany(page => page.Skipped).ToList();
                Assert.Equal(
                    expected,
                    skipped.SelectMany(each => Range((long)each.From, (long)each.To).Select(seq => (each.Why, seq)))
                );
            }
        }

        output.WriteLine($"{head + 1} positions: to {deleted} deleted, to {expired} expired, to {head} given");
    }

    private static async Task<ulong> WriteAsync(SyncWorld world, TestUser user, string group, int count)
    {
        // Its tokens ended with the clock's jump.
        await using var session = await world.OpenAsync(await world.LoginAsync(user));
        var clockAhead = (long)session.Welcome.ServerTime - TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return await world.SendAsync(session, group, count, ahead: TimeSpan.FromMilliseconds(clockAhead));
    }

    private static async Task<List<long>> HistoryAsync(SyncWorld world, TestUser user, string group)
    {
        await using var session = await world.OpenAsync(await world.LoginAsync(user));
        return (await session.HistoryAsync(group, world.Deadline)).ConvertAll(entry => (long)entry.Seq);
    }

    private static IEnumerable<long> Range(long from, long to)
    {
        for (var seq = from; seq <= to; seq++)
        {
            yield return seq;
        }
    }
}
