using System.Net;
using Connect.Protocol.V1;
using Xunit;
using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Resends;

/// <summary>Resends that come late, and ids that are the same in different places.</summary>
public sealed class LateResendTests(ResendServer shared) : IClassFixture<ResendServer>
{
    /// <summary>More than the writer of a conversation remembers, which is 1,024.</summary>
    private const int BeyondMemory = 1_100;

    private static readonly TimeSpan Oldest = TimeSpan.FromDays(29);

    [Fact]
    public async Task One_that_the_writer_has_forgotten_is_found_in_the_store()
    {
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        var (cid, text) = (Sends.NewCid(), "long ago");
        Sends.SentOf(await world.One.AskAsync(Sends.FrameTo(world.Bob.Id, cid, text), world.Deadline));
        for (var sent = 0; sent < BeyondMemory; sent += 100)
        {
            var more = Enumerable.Range(0, 100).Select(_ => Sends.Frame(world.Direct, Sends.NewCid(), "more")).ToList();
            Assert.All(await world.One.AskAllAsync(more, world.Deadline), each => Sends.SentOf(each));
        }

        var frame = () => Sends.Frame(world.Direct, cid, text);
        var again = await Task.WhenAll(
            world.One.AskAsync(frame(), world.Deadline),
            world.Two.AskAsync(frame(), world.Deadline)
        );
        Assert.All(again, each => Assert.Equal((1UL, true), (Sends.SentOf(each).Seq, each.Sent.Duplicate)));
        var other = await world.Two.AskAsync(Sends.Frame(world.Direct, cid, "not that"), world.Deadline);
        Assert.Equal(ErrorCode.Conflict, Sends.ErrorOf(other));
        await world.CheckAsync(world.Direct, BeyondMemory + 1);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task An_unknown_one_of_29_days_ago_is_too_old_a_known_one_never()
    {
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        Sends.SentOf(await world.One.AskAsync(Sends.FrameTo(world.Bob.Id, Sends.NewCid(), "begun"), world.Deadline));
        var edge = TimeProvider.System.GetUtcNow() - Oldest + TimeSpan.FromSeconds(2);
        var cid = Sends.NewCid(edge);
        var first = Sends.SentOf(
            await world.One.AskAsync(Sends.Frame(world.Direct, cid, "at the edge"), world.Deadline)
        );
        Assert.Equal(2UL, first.Seq);

        // Asked with ids nobody knows until such a time is refused; the known one is taken all the while.
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var entries = 2;
        ServerFrame unknown;
        while (true)
        {
            unknown = await world.Two.AskAsync(Sends.Frame(world.Direct, Sends.NewCid(edge), "late"), world.Deadline);
            if (unknown.Sent is null)
            {
                break;
            }

            entries++;
            await tick.WaitForNextTickAsync(world.Deadline);
        }

        Assert.Equal((ErrorCode.TooOld, false), (Sends.ErrorOf(unknown), unknown.Err.Retryable));
        await AssertKnownAsync(world, cid);
        await world.KillAndRestartAsync();
        await AssertKnownAsync(world, cid);
        var ahead = Sends.NewCid(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(2));
        var tooNew = await world.One.AskAsync(Sends.Frame(world.Direct, ahead, "tomorrow"), world.Deadline);
        Assert.Equal(ErrorCode.TooOld, Sends.ErrorOf(tooNew));
        await world.CheckAsync(world.Direct, entries);
    }

    [Fact]
    public async Task An_id_counts_for_its_sender_and_its_conversation_alone()
    {
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        var cid = Sends.NewCid();
        var (status, created) = await Sends.PostAsync(
            world.Http,
            world.Ann,
            "/v1/conversations",
            cid,
            new { title = "Plans", members = new[] { world.Bob.Id } },
            world.Deadline
        );
        Assert.Equal(HttpStatusCode.Created, status);
        var group = created.GetProperty("conversation").GetString()!;
        using var accept = world.Bob.Request(HttpMethod.Post, $"/v1/invites/{group}/accept");
        using var accepted = await world.Http.SendAsync(accept, world.Deadline);
        Assert.True(accepted.IsSuccessStatusCode, await accepted.Content.ReadAsStringAsync(world.Deadline));
        cid = Sends.NewCid();

        foreach (var restart in new[] { false, true })
        {
            if (restart)
            {
                await world.KillAndRestartAsync();
            }

            var direct = await world.One.AskAsync(Sends.FrameTo(world.Bob.Id, cid, "to you"), world.Deadline);
            var toAll = await world.Two.AskAsync(Sends.Frame(group, cid, "to all"), world.Deadline);
            var back = await world.OfBob.AskAsync(Sends.FrameTo(world.Ann.Id, cid, "from me"), world.Deadline);
            var byId = await world.Two.AskAsync(Sends.Frame(world.Direct, cid, "to you"), world.Deadline);
            Assert.Equal((1UL, restart), (Sends.SentOf(direct).Seq, direct.Sent.Duplicate));
            // Created, invited and accepted stand before it.
            Assert.Equal((4UL, restart), (Sends.SentOf(toAll).Seq, toAll.Sent.Duplicate));
            Assert.Equal((2UL, restart), (Sends.SentOf(back).Seq, back.Sent.Duplicate));
            Assert.Equal((1UL, true), (Sends.SentOf(byId).Seq, byId.Sent.Duplicate));
        }

        await world.CheckAsync(world.Direct, 2);
        Assert.Equal(4, (await world.One.HistoryAsync(group, world.Deadline)).Count);
    }

    private static async Task AssertKnownAsync(ResendWorld world, string cid)
    {
        foreach (var session in new[] { world.One, world.Two })
        {
            var frame = Sends.Frame(world.Direct, cid, "at the edge");
            var same = Sends.SentOf(await session.AskAsync(frame, world.Deadline));
            Assert.Equal((2UL, true), (same.Seq, same.Duplicate));
        }
    }
}
