using System.Net;
using System.Text.Json;
using Connect.Cluster.Tests.Resends;
using Connect.Protocol.V1;
using Xunit;
using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Clocks;

/// <summary>Ids whose time is that of a clock that goes wrong: taken within the window, and once however they come.
/// </summary>
public sealed class CidTimeTests(ResendServer shared, ITestOutputHelper output) : IClassFixture<ResendServer>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(29);
    private static readonly TimeSpan Newest = TimeSpan.FromDays(1);

    /// <summary>How far the id's time is ahead of the server's, and whether that is within the window.</summary>
    private static readonly (TimeSpan Ahead, bool IsTaken)[] Cases =
    [
        (TimeSpan.Zero, true),
        (TimeSpan.FromHours(1), true),
        (TimeSpan.FromHours(-1), true),
        (TimeSpan.FromHours(23), true),
        (TimeSpan.FromDays(-1), true),
        (Newest - Minute, true),
        (-Oldest + Minute, true),
        (Newest + Minute, false),
        (-Oldest - Minute, false),
        (TimeSpan.FromDays(2), false),
        (TimeSpan.FromDays(-40), false),
        (TimeSpan.FromDays(4_000), false),
        (TimeSpan.FromDays(-10_000), false),
    ];

    [Fact]
    public async Task An_id_within_the_window_is_taken_once_and_one_outside_it_never_whichever_way_it_comes()
    {
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        Sends.SentOf(await world.One.AskAsync(Sends.FrameTo(world.Bob.Id, Sends.NewCid(), "begun"), world.Deadline));
        var now = TimeProvider.System.GetUtcNow();
        var sends = new List<Skewed>();

        // Each of them three times, first over another way each time.
        foreach (var (number, (ahead, isTaken)) in Cases.SelectMany(each => Enumerable.Repeat(each, 3)).Index())
        {
            sends.Add(new(Sends.NewCid(now + ahead), $"{ahead}", ahead, isTaken, (Way)(number % 3)));
        }

        foreach (var send in sends)
        {
            send.First = await SendAsync(world, send, send.Way, send.Text);
        }

        foreach (var restart in new[] { false, true })
        {
            if (restart)
            {
                await world.KillAndRestartAsync();
            }

            foreach (var send in sends)
            {
                await CheckAsync(world, send);
            }
        }

        var taken = sends.Where(send => send.IsTaken).ToList();
        Assert.All(taken, send => Assert.InRange(send.First.Time, now.ToUnixTimeMilliseconds() - 1000, long.MaxValue));
        Assert.All(taken, send => Assert.InRange(send.First.Time, 0, (now + Minute).ToUnixTimeMilliseconds()));
        Assert.Equal(taken.Select(send => send.First.Time).Order(), taken.Select(send => send.First.Time));
        var log = await world.CheckAsync(world.Direct, 1 + taken.Count);
        Assert.Equal(taken.Select(send => send.Cid), log.Skip(1).Select(entry => entry.Cid));
        foreach (var each in sends.DistinctBy(send => send.Ahead))
        {
            output.WriteLine($"{each.Ahead} ahead: {(each.First.Error is { } error ? error : "taken")}");
        }
    }

    [Fact]
    public async Task An_id_of_a_wrong_clock_that_comes_from_two_sockets_at_once_is_taken_once()
    {
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        Sends.SentOf(await world.One.AskAsync(Sends.FrameTo(world.Bob.Id, Sends.NewCid(), "begun"), world.Deadline));
        var now = TimeProvider.System.GetUtcNow();
        var (seqs, duplicates) = (new HashSet<ulong>(), 0);
        for (var i = 0; i < 40; i++)
        {
            var (ahead, _) = Cases[i % 7];
            var cid = Sends.NewCid(now + ahead);
            ClientFrame Frame() => Sends.Frame(world.Direct, cid, "at once");
            var both = await Task.WhenAll(
                world.One.AskAsync(Frame(), world.Deadline),
                world.Two.AskAsync(Frame(), world.Deadline)
            );
            Assert.Equal(Sends.SentOf(both[0]).Seq, Sends.SentOf(both[1]).Seq);
            Assert.True(both[0].Sent.Duplicate != both[1].Sent.Duplicate, "Both, or none, were the first.");
            Assert.True(seqs.Add(both[0].Sent.Seq));
            duplicates += both[0].Sent.Duplicate ? 1 : 0;
        }

        output.WriteLine($"Of 40 pairs the second socket was the first {duplicates} times.");
        await world.CheckAsync(world.Direct, 41);
    }

    private static async Task CheckAsync(ResendWorld world, Skewed send)
    {
        Assert.Equal((send.Text, send.IsTaken), (send.Text, send.First.Error is null));
        foreach (var way in Enum.GetValues<Way>())
        {
            var again = await SendAsync(world, send, way, send.Text);
            Assert.Equal(send.First with { Duplicate = send.IsTaken }, again);
            if (send.IsTaken)
            {
                var other = await SendAsync(world, send, way, "another text");
                Assert.Equal(ErrorCode.Conflict, other.Error);
            }
            else
            {
                Assert.Equal(ErrorCode.TooOld, again.Error);
            }
        }
    }

    private static async Task<Outcome> SendAsync(ResendWorld world, Skewed send, Way way, string text)
    {
        if (way == Way.Http)
        {
            var path = $"/v1/conversations/{world.Direct}/messages";
            var (status, body) = await Sends.PostAsync(
                world.Http,
                world.Ann,
                path,
                send.Cid,
                new { text },
                world.Deadline
            );
            return status is HttpStatusCode.Created or HttpStatusCode.OK
                ? new(Number(body, "seq"), Number(body, "time"), status == HttpStatusCode.OK, null)
                : new(0, 0, false, (ErrorCode)Number(body, "code"));
        }

        var session = way == Way.Protobuf ? world.One : world.Two;
        var answer = await session.AskAsync(Sends.Frame(world.Direct, send.Cid, text), world.Deadline);
        if (answer.Err is { } error)
        {
            Assert.False(error.Retryable, answer.ToString());
            return new(0, 0, false, (ErrorCode)error.Code);
        }

        var sent = Sends.SentOf(answer);
        return new((long)sent.Seq, (long)sent.Time, sent.Duplicate, null);
    }

    private static long Number(JsonElement body, string name) => body.GetProperty(name).GetInt64();

    private enum Way
    {
        Protobuf,
        Json,
        Http,
    }

    private sealed record Outcome(long Seq, long Time, bool Duplicate, ErrorCode? Error);

    private sealed record Skewed(string Cid, string Text, TimeSpan Ahead, bool IsTaken, Way Way)
    {
        public Outcome First { get; set; } = null!;
    }
}
