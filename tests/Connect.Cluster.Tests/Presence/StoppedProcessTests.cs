using Connect.Cluster.Tests.Processes;
using Connect.Cluster.Tests.Quickstart;
using Connect.Cluster.Tests.Terminals;
using Connect.Protocol;
using Xunit;

namespace Connect.Cluster.Tests.Presence;

/// <summary>The terminal client as a process of its own, which the system stops and lets go on.</summary>
public sealed class StoppedProcessTests
{
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(1);

    /// <summary>1.5 pings and 5 s without a byte, and 1.5 s in which a broken connection may come back.</summary>
    private static readonly TimeSpan Documented = (1.5 * Ping) + TimeSpan.FromSeconds(5 + 1.5);

    [Fact]
    public async Task A_client_that_is_stopped_is_offline_after_the_heartbeat_and_online_when_it_goes_on()
    {
        await using var world = await PresenceWorld.StartAsync($"--Gateway:PingInterval={Ping}");
        var environment = new Dictionary<string, string>
        {
            ["CONNECT_STATE"] = Path.Combine(world.Server.Folder, "cli"),
            ["CONNECT_URL"] = world.Server.Url.AbsoluteUri,
            ["CONNECT_CA"] = world.Server.CertificateFile,
            ["CONNECT_PASSWORD"] = TestUser.Password,
        };
        await using (var login = LineProgram.Start($"{Tmux.Client} login bert", environment))
        {
            Assert.True(await login.EndAsync() == 0, login.Said());
        }

        await using var chat = LineProgram.Start($"{Tmux.Client} chat anna --as bert", environment);
        await chat.TypeAsync("before");
        await chat.SeeAsync("sent #");
        // Watched only now: nothing of its coming is told any more.
        await world.WatchAsync(isOnline: true);

        // The last byte came up to one ping before the stop.
        await world.ToldAsync("stopped process", false, Documented, chat.FreezeAsync, early: Ping);
        var wait = ProtocolLimits.ReconnectBase;
        await world.ToldAsync("continued process", true, wait, Continue, early: wait);
        await chat.TypeAsync("after");
        await chat.SeeAsync("sent #");

        Task Continue()
        {
            chat.Resume();
            return Task.CompletedTask;
        }
    }
}
