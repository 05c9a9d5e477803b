using Connect.Client;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Faults;
using Connect.Cluster.Tests.Processes;
using Connect.Cluster.Tests.Resends;
using Connect.Cluster.Tests.Syncs;
using Connect.Protocol.Frames;
using Xunit;
using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Clocks;

/// <summary>
/// A server whose clock is set by days while clients with the right time write: what is known stays known, what is
/// taken is taken once, and times never fall.
/// </summary>
public sealed class ServerClockTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan TwoDays = TimeSpan.FromDays(2);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_server_set_by_days_knows_what_it_took_and_takes_nothing_twice()
    {
        ProcessClock.SkipWithout();
        using var clock = new ProcessClock();
        await using var world = await SyncWorld.StartAsync(Limit, clock.Environment(ProcessClock.Library));
        var (ann, bob) = (await world.NewUserAsync(), await world.NewUserAsync());
        await world.BefriendAsync(ann, bob);
        var group = await world.NewGroupAsync(ann, bob);
        var known = new Dictionary<string, (ulong Seq, ulong Time)>();
        var refused = new List<string>();
        foreach (var days in new[] { 0, 2, -2, 0, 28, 40, 0 })
        {
            clock.Set(TimeSpan.FromDays(days));
            var encoding = days == 0 ? FrameEncoding.Protobuf : FrameEncoding.Json;
            await using var session = await world.OpenAsync(await world.LoginAsync(ann), encoding);
            var ahead = DateTimeOffset.FromUnixTimeMilliseconds((long)session.Welcome.ServerTime) - Now;
            Assert.InRange((ahead - TimeSpan.FromDays(days)).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(1));

            foreach (var (cid, (seq, time)) in known)
            {
                var again = Sends.SentOf(await session.AskAsync(Sends.Frame(group, cid, cid), world.Deadline));
                Assert.Equal((seq, time, true), (again.Seq, again.Time, again.Duplicate));
            }

            // One of the true time, and one of the server's, as a client makes it that believes the welcome.
            foreach (var (cid, isTaken) in new[] { (NewCid(0), days is > -1 and < 29), (NewCid(days), true) })
            {
                var answer = await session.AskAsync(Sends.Frame(group, cid, cid), world.Deadline);
                if (isTaken)
                {
                    var sent = Sends.SentOf(answer);
                    Assert.False(sent.Duplicate);
                    known.Add(cid, (sent.Seq, sent.Time));
                }
                else
                {
                    Assert.Equal(ErrorCode.TooOld, Sends.ErrorOf(answer));
                    refused.Add(cid);
                }
            }

            output.WriteLine($"{days} days ahead: {known.Count} known, {refused.Count} refused");
        }

        // The clock is right again: what was refused was never there, and may come.
        await using var last = await world.OpenAsync(await world.LoginAsync(ann));
        foreach (var cid in refused)
        {
            Assert.False(Sends.SentOf(await last.AskAsync(Sends.Frame(group, cid, cid), world.Deadline)).Duplicate);
        }

        var log = (await last.HistoryAsync(group, world.Deadline)).Where(entry => entry.Cid.Length > 0).ToList();
        Assert.Equal(known.Keys.Concat(refused).Order(), log.Select(entry => entry.Text).Order());
        Assert.Equal(log.Select(entry => entry.Time).Order(), log.Select(entry => entry.Time));
        Assert.Equal(2, refused.Count);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_client_that_stays_connected_learns_of_the_servers_new_clock_by_the_next_ping()
    {
        ProcessClock.SkipWithout();
        using var clock = new ProcessClock();
        await using var world = await SyncWorld.StartAsync(
            Limit,
            clock.Environment(ProcessClock.Library),
            "--Gateway:PingInterval=00:00:00.5"
        );
        await using var ann = await Friend.JoinAsync(world.Server, UserNames.New(), world.Deadline);
        var bob = await world.NewUserAsync();
        var direct = await ann.Client.OpenDirectAsync(bob.Username, world.Deadline);
        await direct.SendAsync("before", world.Deadline);

        // Backwards its tokens stay, so it need not connect anew.
        clock.Set(-TwoDays);
        var failed = 0;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                await direct.SendAsync("after", world.Deadline);
                break;
            }
            catch (ConnectException error) when (error.Code == ErrorCode.TooOld)
            {
                failed++;
                await tick.WaitForNextTickAsync(world.Deadline);
            }
        }

        output.WriteLine($"{failed} messages were refused, and said so, before it learned of the clock.");
        Assert.Equal(ConnectionState.Live, ann.Client.State);
        await using var session = await world.OpenAsync(await world.LoginAsync(bob));
        var texts = (await session.HistoryAsync(direct.Id, world.Deadline)).Select(entry => entry.Text);
        Assert.Equal(["before", "after"], texts);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static string NewCid(int daysAhead) => Sends.NewCid(Now + TimeSpan.FromDays(daysAhead));
}
