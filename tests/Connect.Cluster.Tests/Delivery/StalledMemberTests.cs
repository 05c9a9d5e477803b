using System.Text.RegularExpressions;
using Connect.Cluster.Tests.Metrics;
using Connect.Cluster.Tests.Processes;
using Connect.LoadGen.Load;
using Connect.LoadGen.Measuring;
using Connect.Protocol;
using Xunit;

namespace Connect.Cluster.Tests.Delivery;

/// <summary>A member of a busy group whose socket stalls: bounded in memory, thrown out in time, nobody else minds.
/// </summary>
public sealed partial class StalledMemberTests(ITestOutputHelper output)
{
    private const int Members = 40;
    private const int Messages = 500;
    private const int PerSecond = 70;
    private const int TextLength = 2_000;

    private const int QueueSoftBytes = 64 << 10;
    private const int QueueHardBytes = 256 << 10;

    /// <summary>
    /// What a queue may hold: up to its hard limit, and above it what was put in last, a batch of messages or a page.
    /// </summary>
    private const long MostWaiting = QueueHardBytes + ProtocolLimits.PageBytes;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_socket_that_stalls_in_a_busy_group_is_bounded_and_closed_and_disturbs_nobody()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        await using var collector = await Collector.StartAsync(limit.Token);
        await using var server = await LoadServer.StartAsync(
            ServerPrograms.Plain,
            [
                $"--Gateway:QueueSoftBytes={QueueSoftBytes}",
                $"--Gateway:QueueHardBytes={QueueHardBytes}",
                $"--Gateway:SlowConsumerDeadline={Deadline}",
                "--Log:Level=Debug",
                $"--Metrics:Endpoint={collector.Address}/v1/metrics",
                "--Metrics:Interval=00:00:00.2",
            ],
            limit.Token
        );

        // The same twice: once everybody reads, once the last one stops.
        await using var calm = await WritingGroup.GatherAsync(server, "calm", Members, TextLength, limit.Token);
        await calm.WriteAsync(Messages, PerSecond, limit.Token, calm.Last);
        await calm.UntilAsync("has it all", device => device.Position >= calm.Head, limit.Token);
        calm.AssertClean(Messages);
        Assert.Equal(Messages * (Members - 1), calm.Totals.Deliveries);
        await calm.DisposeAsync();
        Tell("everybody reads", calm, collector, server);
        var (undisturbed, memory) = (calm.Latencies.Milliseconds(99), ProcessMemory.ReadPeak(server.Process.ProcessId));
        Assert.InRange(collector.Most("connect.queues.largest"), 0, MostWaiting);
        Assert.Equal(0, CloseCount(server));

        await using var busy = await WritingGroup.GatherAsync(server, "busy", Members, TextLength, limit.Token);
        var stalled = busy.Last;
        stalled.StopReading(asks: false);
        await busy.WriteAsync(Messages, PerSecond, limit.Token, stalled);
        var head = busy.Head;
        await busy.UntilAsync("has it all", device => device.Position >= head, limit.Token, stalled);
        busy.AssertClean(Messages, stalled);
        var disturbed = busy.Latencies.Milliseconds(99);
        Tell("one does not", busy, collector, server);
        Assert.True(stalled.Position < head, "Everything found room: the one that did not read was not slow.");
        Assert.InRange(collector.Most("connect.queues.largest"), QueueSoftBytes, MostWaiting);
        await ClosedAsync(server, limit.Token);
        var more = ProcessMemory.ReadPeak(server.Process.ProcessId) - memory;
        Assert.InRange(more, 0, 128 << 20);
        // Whoever waits for that socket waits until it is closed.
        Assert.True(
            disturbed <= Math.Max(3 * undisturbed, Deadline.TotalMilliseconds / 2),
            $"One that does not read made a P99 of {undisturbed} ms one of {disturbed} ms."
        );

        // It finds out when it reads again, comes back, and lacks nothing.
        var held = stalled.Position;
        stalled.ReadOn();
        await busy.UntilAsync("is back", device => device.IsLive && device.Position >= head, limit.Token);
        busy.AssertClean(Messages);
        Assert.Equal(1, busy.Totals.Returns);
        Assert.Equal(1, CloseCount(server));
        output.WriteLine(
            $"The stalled one held {held} of {head}, was closed {(int)CloseCode.SlowConsumer} and has it all; the "
                + $"server's peak memory rose by {more >> 10} KiB between the two."
        );
    }

    private void Tell(string what, WritingGroup group, Collector collector, LoadServer server) =>
        output.WriteLine(
            $"{what}: {group.Totals.Acked} messages, {group.Totals.Deliveries} deliveries to {Members} members, "
                + $"P50 {group.Latencies.Milliseconds(50):F1} ms, P99 {group.Latencies.Milliseconds(99):F1} ms, most "
                + $"{group.Latencies.Longest:F0} ms; at most {collector.Most("connect.queues.largest")} bytes waited "
                + $"for a socket, {collector.Most("connect.queues.bytes")} for all; RSS at most "
                + $"{ProcessMemory.ReadPeak(server.Process.ProcessId) >> 20} MiB"
        );

    /// <summary>The server does not wait longer than it says, which it looks at every five seconds.</summary>
    private static async Task ClosedAsync(LoadServer server, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Deadline + TimeSpan.FromSeconds(15));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (CloseCount(server) == 0)
        {
            Assert.False(limit.IsCancellationRequested, "The one that does not read was not closed.");
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static int CloseCount(LoadServer server) => SlowConsumer().Count(File.ReadAllText(server.Process.LogFile));

    [GeneratedRegex("closes: 4002 ")]
    private static partial Regex SlowConsumer();
}
