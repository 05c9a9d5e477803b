using System.Text.Json;
using Connect.Cluster.Tests.Clients;
using Xunit;

namespace Connect.Cluster.Tests.Presence;

/// <summary>A device that comes back to a running server, and to one that was killed meanwhile.</summary>
public sealed class ResumeTests
{
    [Fact]
    public async Task Back_after_a_moment_it_is_live_or_reads_just_what_moved_and_after_a_kill_all()
    {
        await using var world = await PresenceWorld.StartAsync();
        await using var writer = await world.OpenAsync(world.Anna);
        await writer.SyncAsync([], world.Deadline);
        var first = await world.OpenAsync(world.Bert);
        await first.SyncAsync([], world.Deadline);
        var conversation = await SendAsync(world, writer, 2);
        await first.ReadUntilAsync("entries", world.Deadline);
        await first.DisposeAsync();

        // Nothing was missed: the next message is pushed without a sync.
        var second = await ReturnAsync(world, first, conversation, 1);
        Assert.Equal("full", Resumed(second));
        await SendAsync(world, writer, 3);
        var pushed = await second.ReadUntilAsync("entries", world.Deadline);
        Assert.Equal([2L], RawSession.SeqsOf(pushed));

        await second.DisposeAsync();
        await UntilGoneAsync(world);
        await SendAsync(world, writer, 4);
        var third = await ReturnAsync(world, second, conversation, 2);
        Assert.Equal("partial", Resumed(third));
        var changed = Assert.Single(third.Welcome.GetProperty("changed").EnumerateArray());
        Assert.Equal(
            (conversation, 3L),
            (changed.GetProperty("conversation").GetString(), changed.GetProperty("seq").GetInt64())
        );
        Assert.Equal([3L], await third.SyncAsync([new { conversation, seq = 2 }], world.Deadline, "listed"));

        await world.Server.KillAsync(world.Deadline);
        await world.Server.RestartAsync(world.Deadline);
        await using var last = await ReturnAsync(world, third, conversation, 3);
        Assert.Equal("no", Resumed(last));
        await third.DisposeAsync();
    }

    private static string? Resumed(RawSession session) => session.Welcome.GetProperty("resumed").GetString();

    private static Task<RawSession> ReturnAsync(PresenceWorld world, RawSession before, string conversation, int seq) =>
        before.ReturnAsync(world.Server.Url, world.Server.CertificateFile, [new { conversation, seq }], world.Deadline);

    private static async Task<string> SendAsync(PresenceWorld world, RawSession writer, int id)
    {
        var send = new
        {
            to = world.Bert.Id,
            cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString(),
            text = $"message {id}",
        };
        await writer.SendAsync(new { id, send }, world.Deadline);
        JsonElement sent = await writer.ReadUntilAsync("sent", world.Deadline);
        return sent.GetProperty("conversation").GetString()!;
    }

    /// <summary>The server noticed that nobody is there any more.</summary>
    private static async Task UntilGoneAsync(PresenceWorld world)
    {
        await world.WatchAsync();
        while (await world.AskAsync(world.Bert.Id))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, world.Deadline);
        }
    }
}
