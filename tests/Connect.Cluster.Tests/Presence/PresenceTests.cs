using Connect.Cluster.Tests.Clients;
using Xunit;

namespace Connect.Cluster.Tests.Presence;

/// <summary>
/// Presence on a running server, measured where it is received: how fast each way to come and to go is told.
/// </summary>
public sealed class PresenceTests
{
    private static readonly TimeSpan Broken = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task Coming_and_each_way_of_going_is_told_in_time()
    {
        await using var world = await PresenceWorld.StartAsync();
        await world.WatchAsync(isOnline: false);

        RawSession phone = null!;
        await world.ToldAsync("connect", true, default, async () => phone = await world.OpenAsync(world.Bert));
        await world.ToldAsync("bye", false, default, () => ByeAsync(phone, world));
        await phone.DisposeAsync();

        await world.ToldAsync("connect again", true, default, async () => phone = await world.OpenAsync(world.Bert));
        await world.ToldAsync("cut connection", false, Broken, async () => await phone.DisposeAsync());

        // Coming back in time, again and again, is never told.
        await world.ToldAsync("connect", true, default, async () => phone = await world.OpenAsync(world.Bert));
        for (var i = 0; i < 4; i++)
        {
            await phone.DisposeAsync();
            phone = await world.OpenAsync(world.Bert);
        }

        await using var laptop = await world.OpenAsync(world.Bert);
        await ByeAsync(phone, world);
        await phone.DisposeAsync();
        await world.QuietAsync(Broken + TimeSpan.FromSeconds(0.5), "another device is there");
        await world.ToldAsync("bye of the last device", false, default, () => ByeAsync(laptop, world));
    }

    [Fact]
    public async Task One_whose_machine_froze_is_offline_after_the_heartbeat()
    {
        // A second between pings: silence of 6.5 s is death.
        await using var world = await PresenceWorld.StartAsync("--Gateway:PingInterval=00:00:01");
        await world.WatchAsync(isOnline: false);
        RawSession phone = null!;
        await world.ToldAsync("connect", true, default, async () => phone = await world.OpenAsync(world.Bert));

        // It reads and answers nothing from here on, and its connection stays.
        var silence = TimeSpan.FromSeconds(6.5);
        await world.ToldAsync("frozen client", false, silence + Broken, () => Task.CompletedTask);
        await phone.DisposeAsync();
    }

    [Fact]
    public async Task What_people_change_hides_it_at_once_and_shows_it_again()
    {
        await using var world = await PresenceWorld.StartAsync();
        await using var phone = await world.OpenAsync(world.Bert);
        await world.WatchAsync(isOnline: true);
        var (anna, bert) = (world.Anna, world.Bert);

        foreach (var (one, other) in new[] { (bert, anna), (anna, bert) })
        {
            var block = $"/v1/blocks/{other.Id}";
            await world.ToldAsync("block", false, default, () => world.CallAsync(one, HttpMethod.Put, block));
            Assert.False(await world.AskAsync(bert.Id));

            // A block ends being contacts, too, so that its end alone shows nothing.
            await world.CallAsync(one, HttpMethod.Delete, block);
            Assert.False(await world.AskAsync(bert.Id));
            var again = $"/v1/contacts/{other.Id}";
            await world.ToldAsync("contacts again", true, default, () => world.CallAsync(one, HttpMethod.Put, again));
        }

        await world.ToldAsync("hide", false, default, () => SetPrivacyAsync(world, false));
        Assert.False(await world.AskAsync(bert.Id));
        await world.ToldAsync("show", true, default, () => SetPrivacyAsync(world, true));

        var contact = $"/v1/contacts/{anna.Id}";
        await world.ToldAsync("no contact", false, default, () => world.CallAsync(bert, HttpMethod.Delete, contact));
        Assert.False(await world.AskAsync(bert.Id));
        Assert.False(await world.AskAsync(Ids(1)[0]));
    }

    [Fact]
    public async Task After_a_kill_presence_is_what_is_connected_again()
    {
        await using var world = await PresenceWorld.StartAsync();
        await using var phone = await world.OpenAsync(world.Bert);
        await world.WatchAsync(isOnline: true);
        await world.Server.KillAsync(world.Deadline);
        await world.Server.RestartAsync(world.Deadline);

        await world.WatchAsync(isOnline: false);
        RawSession back = null!;
        await world.ToldAsync("back", true, default, async () => back = await world.OpenAsync(world.Bert));
        await world.ToldAsync("cut", false, Broken, async () => await back.DisposeAsync());
    }

    [Fact]
    public async Task A_list_that_is_too_long_or_an_id_that_is_none_is_refused()
    {
        await using var world = await PresenceWorld.StartAsync("--Gateway:WatchedUsers=3");
        await world.WatchAsync(isOnline: false);
        var many = await world.SendAsync(new { id = 7, watch = new { add = Ids(3) } });
        Assert.Equal("too_large", many.GetProperty("err").GetProperty("name").GetString());
        var bad = await world.SendAsync(new { id = 8, watch = new { add = new[] { "../../etc/passwd" } } });
        Assert.Equal("invalid", bad.GetProperty("err").GetProperty("name").GetString());
        Assert.False(await world.AskAsync(world.Bert.Id));

        // Above the limit of the encoding the session ends.
        var far = await world.SendAsync(new { id = 9, watch = new { remove = Ids(501) } });
        Assert.Equal("too_large", far.GetProperty("err").GetProperty("name").GetString());
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.AskAsync(world.Bert.Id));
    }

    private static string[] Ids(int count) => [.. Enumerable.Range(1, count).Select(i => $"{i:D21}A")];

    private static async Task ByeAsync(RawSession session, PresenceWorld world) =>
        await session.SendAsync(new { bye = new { } }, world.Deadline);

    private static Task SetPrivacyAsync(PresenceWorld world, bool presence) =>
        world.CallAsync(world.Bert, HttpMethod.Patch, "/v1/me/privacy", new { presence });
}
