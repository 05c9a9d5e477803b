using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Connect.Cluster.Tests.Syncs;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Cluster.Tests.Receipts;

/// <summary>
/// Messages wait five seconds for a user who is away, whose device then says that it has everything: what ended stays
/// so, for them and for the author, through kills.
/// </summary>
public sealed class UndeliveredKillTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task What_ended_undelivered_stays_so_for_both_through_kills()
    {
        await using var world = await SyncWorld.StartAsync(Limit, "--Store:UndeliveredTtl=00:00:05");
        var (ann, bob) = (await world.NewUserAsync(), await world.NewUserAsync());
        await world.BefriendAsync(ann, bob);
        var group = await world.NewGroupAsync(ann, bob);
        await using (var author = await world.OpenAsync(ann))
        {
            Assert.Equal(5u, author.Welcome.Limits.UndeliveredTtl);
            await world.SendAsync(author, group, 3);
            await UntilNothingIsUnreadAsync(world, bob, group);
        }

        await KillAsync(world);
        ulong last;
        await using (var author = await world.OpenAsync(ann))
        await using (var device = await ConnectAsync(world, bob))
        {
            last = await world.SendAsync(author, group, 1);
            var pages = await device.SyncAsync([], world.Deadline);
            Assert.Equal([last], pages.SelectMany(page => page.Entries).Select(entry => entry.Seq));
            var skipped = pages.SelectMany(page => page.Skipped).Where(each => each.Why == SkipReason.Expired);
            Assert.Equal(last - 1, Assert.Single(skipped).To);
            var mark = new Mark { Conversation = group, Delivered = last };
            var answer = await device.AskAsync(new() { Mark = new() { Marks = { mark } } }, world.Deadline);
            Assert.True(answer.Ok is not null, answer.ToString());
        }

        var first = last - 3;
        await KillAsync(world);
        Assert.Equal(1u, (await ReadAsync(world, bob, group)).Unread);
        var told = Assert.Single((await ReadAsync(world, ann, group)).Others);
        Assert.Equal(last, told.Delivered);
        Assert.Equal((first, last - 1), (Assert.Single(told.Ended).From, Assert.Single(told.Ended).To));
        await using var again = await world.OpenAsync(ann);
        foreach (var (seq, hasEnded) in new[] { (first, true), (last - 1, true), (last, false) })
        {
            var readers = new ReadersRequest { Conversation = group, Seq = seq };
            var answer = await again.AskAsync(new() { Readers = readers }, world.Deadline);
            Assert.Equal(hasEnded, Assert.Single(answer.Readers.Members).Ended.Count == 1);
        }
    }

    private static Task<WireSession> ConnectAsync(SyncWorld world, TestUser user) =>
        WireSession.ConnectAsync(world.Server, user, FrameEncoding.Json, world.Deadline);

    private static async Task KillAsync(SyncWorld world)
    {
        await world.Server.KillAsync(world.Deadline);
        await world.Server.RestartAsync(world.Deadline);
    }

    private static async Task UntilNothingIsUnreadAsync(SyncWorld world, TestUser user, string conversation)
    {
        Assert.Equal(3u, (await ReadAsync(world, user, conversation)).Unread);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while ((await ReadAsync(world, user, conversation)).Unread > 0)
        {
            await tick.WaitForNextTickAsync(world.Deadline);
        }
    }

    /// <summary>Asked in a session that receives nothing: it does not sync.</summary>
    private static async Task<ConversationSummary> ReadAsync(SyncWorld world, TestUser user, string conversation)
    {
        await using var session = await ConnectAsync(world, user);
        var asked = new ConversationsRequest { Ids = { conversation } };
        var answer = await session.AskAsync(new() { Conversations = asked }, world.Deadline);
        return Assert.Single(answer.Conversations.Items);
    }
}
