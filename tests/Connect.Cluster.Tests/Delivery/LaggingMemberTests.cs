using System.Diagnostics;
using Connect.Cluster.Tests.Metrics;
using Connect.Cluster.Tests.Processes;
using Connect.LoadGen.Load;
using Connect.Protocol;
using Xunit;

namespace Connect.Cluster.Tests.Delivery;

/// <summary>A member who reads, but slower than the others write: told so, never thrown out, and given everything.
/// </summary>
public sealed class LaggingMemberTests(ITestOutputHelper output)
{
    private const int Members = 4;
    private const int Messages = 320;
    private const int OwnMessages = 3;
    private const int Written = Messages + OwnMessages;
    private const int PerSecond = 80;
    private const int TextLength = 2_000;
    private const int BytesPerSecond = 20_000;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <param name="hints">Kept for one socket; above that it is told that it lags.</param>
    /// <param name="mustLag">So it is here, for more receipts than that wait.</param>
    [Theory]
    [InlineData(1_000, false)]
    [InlineData(1, true)]
    [Trait("Category", "Slow")]
    public async Task One_that_reads_20_kB_a_second_is_told_that_it_is_behind_and_gets_everything(
        int hints,
        bool mustLag
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        await using var collector = await Collector.StartAsync(limit.Token);
        await using var server = await LoadServer.StartAsync(
            ServerPrograms.Plain,
            [
                $"--Gateway:QueueHints={hints}",
                "--Log:Level=Debug",
                $"--Metrics:Endpoint={collector.Address}/v1/metrics",
                "--Metrics:Interval=00:00:00.2",
            ],
            limit.Token
        );
        await using var group = await WritingGroup.GatherAsync(server, "group", Members, TextLength, limit.Token);
        var slow = group.Last;
        slow.ReadSlowly(BytesPerSecond);
        var watch = Stopwatch.StartNew();
        await group.WriteAsync(Messages, PerSecond, limit.Token, slow);
        var head = group.Head;
        await group.UntilAsync("has it all", device => device.Position >= head, limit.Token, slow);
        var (others, held) = (watch.Elapsed, slow.Position);
        Assert.True(held < head / 2, $"It was not slow: it holds {held} of {head}.");
        group.AssertClean(Messages, slow);

        // It writes all the same; what the others think of that is more than is kept for it when little is.
        for (var i = 0; i < OwnMessages; i++)
        {
            slow.Send();
        }

        await group.UntilAsync("its own are acknowledged", _ => group.Totals.Acked == Written, limit.Token);
        head = group.Head;
        await group.UntilAsync("has it all", device => device.IsLive && device.Position >= head, limit.Token);
        var pace = Messages * TextLength / watch.Elapsed.TotalSeconds;
        group.AssertClean(Written);
        output.WriteLine(
            $"The others had {head} after {others.TotalSeconds:F1} s (P50 {group.Latencies.Milliseconds(50):F0} ms), "
                + $"it held {held} then, all after {watch.Elapsed.TotalSeconds:F1} s ({pace / 1000:F1} kB/s); was told "
                + $"{group.Totals.Lagged} times that it is behind, {group.Totals.Laggings} times that it lags; at most "
                + $"{collector.Most("connect.queues.largest")} bytes waited for it"
        );
        Assert.InRange(pace, BytesPerSecond / 4, BytesPerSecond * 1.5);
        Assert.True(group.Totals.Lagged > 0, "Nobody told it that it is behind.");
        Assert.Equal(mustLag, group.Totals.Laggings > 0);
        Assert.Equal(0, group.Totals.Returns);
        Assert.DoesNotContain(
            "closes: ",
            await File.ReadAllTextAsync(server.Process.LogFile, limit.Token),
            StringComparison.Ordinal
        );
        Assert.InRange(collector.Most("connect.queues.largest"), 64 << 10, (256 << 10) + ProtocolLimits.PageBytes);
    }
}
