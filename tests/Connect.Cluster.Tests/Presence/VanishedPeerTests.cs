using System.Diagnostics;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Faults;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Presence;

/// <summary>A client whose cable is pulled, so that nothing of it arrives any more, not even a reset.</summary>
public sealed class VanishedPeerTests
{
    /// <summary>The limit, the look every second, the pause before a user counts as away, and room.</summary>
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(10 + 1 + 1.5 + 2.5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_peer_that_vanishes_is_noticed_in_10_seconds_whether_or_not_it_is_written_to(bool isWrittenTo)
    {
        await using var world = await PresenceWorld.StartAsync("--Listen=https://*:0");
        using var network = new CutNetwork();
        var url = new UriBuilder(world.Server.Url) { Host = CutNetwork.Near.ToString() }.Uri;
        await using var away = await RawSession.OpenAsync(
            url,
            world.Server.CertificateFile,
            world.Bert.Username,
            TestUser.Password,
            world.Deadline,
            network.Open
        );
        await away.SyncAsync([], world.Deadline);
        await world.WatchAsync(isOnline: true);

        Assert.False(network.IsCut());
        network.Cut();
        var watch = Stopwatch.StartNew();
        Assert.True(network.IsCut());
        if (isWrittenTo)
        {
            // What is pushed to the vanished one waits for an acknowledgement: the kernel sends no probes meanwhile.
            var sent = await world.SendAsync(
                new
                {
                    id = 1,
                    send = new
                    {
                        to = world.Bert.Id,
                        cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString(),
                        text = "Are you there?",
                    },
                }
            );
            Assert.True(sent.TryGetProperty("sent", out _), sent.ToString());
        }

        await world.ToldOfflineAsync(Told);
        TestContext.Current.TestOutputHelper?.WriteLine($"offline after {watch.Elapsed.TotalMilliseconds:F0} ms");
    }
}
