using Connect.Cluster.Tests.Processes;
using Connect.Contracts;
using Xunit;

namespace Connect.Cluster.Tests.Faults;

/// <summary>What was acknowledged survives whatever moment a process dies at, and nothing is there twice.</summary>
public sealed class KillTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Three_kills_under_load_lose_and_double_nothing()
    {
        const int PerDevice = 150;
        await using var run = await CastRun.StartAsync(ServerPrograms.Plain, Limit);
        var sending = run.Cast.Devices.Select(d => d.SendAsync(PerDevice, run.Deadline)).ToList();

        foreach (var acks in new[] { 100, 250, 400 })
        {
            await run.DuringAsync(() => run.Cast.Acks.ReachedAsync(acks), $"{acks} acknowledgements");
            Assert.True(run.Cast.InFlight > 0, "The kill would hit an idle server.");
            Assert.True(await run.Server.KillAsync(run.Deadline), "The server had ended by itself.");
            await run.Server.StartAsync(run.Deadline);
        }

        await run.DuringAsync(() => Task.WhenAll(sending), "all messages are acknowledged");
        await run.CheckAsync(PerDevice * run.Cast.Devices.Count);
    }

    [Theory]
    [InlineData(FaultPoints.AfterCommitBeforeAck, 3)]
    [InlineData(FaultPoints.AfterAckBeforeFanOut, 3)]
    [InlineData(FaultPoints.AfterIndexBeforeEntry, 1)]
    public async Task A_death_at_the_worst_moment_loses_and_doubles_nothing(string place, int times)
    {
        const int PerDevice = 100;
        var witness = Path.GetTempFileName();
        await using var run = await CastRun.StartAsync(
            await ServerPrograms.WithFaultPointsAsync(),
            Limit,
            ("CONNECT_FAULT", $"{place}:{times}"),
            ("CONNECT_FAULT_FILE", witness)
        );
        var late = run.Cast.Devices[^1];
        await late.DisconnectAsync();
        var present = run.Cast.Devices.SkipLast(1).ToList();
        var sending = present.Select(d => d.SendAsync(PerDevice, run.Deadline)).ToList();

        await run.DuringAsync(() => run.Server.WaitForExitAsync(run.Deadline), $"the server dies at {place}");
        Assert.Equal(place, await File.ReadAllTextAsync(witness, run.Deadline));
        run.Server.Environment.Clear();
        await run.Server.StartAsync(run.Deadline);
        await late.ConnectAsync(run.Deadline);

        await run.DuringAsync(() => Task.WhenAll(sending), "all messages are acknowledged");
        await run.CheckAsync(PerDevice * present.Count);
        File.Delete(witness);
    }
}
