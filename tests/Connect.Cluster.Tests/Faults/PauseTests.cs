using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Faults;

/// <summary>A frozen process is the fault that locks and leases do not see.</summary>
public sealed class PauseTests
{
    private const int Stop = 19;
    private const int Continue = 18;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_pause_of_20_seconds_under_load_loses_and_doubles_nothing()
    {
        const int PerDevice = 200;
        await using var run = await CastRun.StartAsync(ServerPrograms.Plain, TimeSpan.FromMinutes(4));
        var sending = run.Cast.Devices.Select(d => d.SendAsync(PerDevice, run.Deadline)).ToList();
        await run.DuringAsync(() => run.Cast.Acks.ReachedAsync(100), "100 acknowledgements");

        run.Server.Signal(Stop);
        // What was on its way when the process froze still arrives.
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, run.Deadline);
        var atPause = run.Cast.Acks.Count;
        await Task.Delay(Pause - TimeSpan.FromSeconds(2), TimeProvider.System, run.Deadline);
        Assert.Equal(atPause, run.Cast.Acks.Count);
        Assert.True(run.Cast.InFlight > 0, "The pause hit an idle server.");
        run.Server.Signal(Continue);

        await run.DuringAsync(() => Task.WhenAll(sending), "all messages are acknowledged");
        await run.CheckAsync(PerDevice * run.Cast.Devices.Count);
    }
}
