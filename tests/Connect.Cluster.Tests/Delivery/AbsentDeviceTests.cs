using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Delivery;

/// <summary>A device that was away lacks nothing when it is back.</summary>
public sealed class AbsentDeviceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_conversation_made_while_a_device_was_away_reaches_it_from_its_first_entry()
    {
        const int Messages = 40;
        await using var run = await CastRun.StartAsync(ServerPrograms.Plain, Limit);
        var away = run.Cast.Devices[^1];
        Assert.Empty(away.Log());
        await away.DisconnectAsync();

        await run.DuringAsync(
            () => run.Cast.Devices[0].SendAsync(Messages, run.Deadline),
            "all messages are acknowledged"
        );
        Assert.Empty(away.Log());
        await away.ConnectAsync(run.Deadline);

        await run.CheckAsync(Messages);
        Assert.Equal(1, away.Log()[0].Seq);
        Assert.True(away.Log().Count >= Messages);
    }
}
