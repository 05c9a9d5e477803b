using Connect.Cluster.Tests.Processes;
using Connect.LoadGen.Groups;
using Xunit;

namespace Connect.Cluster.Tests.Groups;

/// <summary>
/// 500 members online: everybody sends, reads, marks and types; devices come and go, two do not read.
/// </summary>
public sealed class LargeGroupTests
{
    private const int Members = 500;
    private const int Messages = 300;

    /// <summary>What the queues of 500 sessions may hold is 125 MB; a queue without a limit soon takes more.</summary>
    private const long MostMemory = 1L << 30;

    [Fact]
    public async Task Five_hundred_members_hold_the_same_log_and_know_it_and_a_slow_one_disturbs_nobody()
    {
        var report = await GroupsRun.ExecuteAsync(
            new(ServerPrograms.Plain, Members, Messages, Seed: 7, TimeSpan.FromMinutes(4)),
            TestContext.Current.CancellationToken
        );

        Assert.True(
            report.IsClean,
            $"{report} {string.Join("; ", report.Failures.Concat(report.Totals.Faults.Problems))}"
        );
        Assert.Equal(Messages * (Members - 1), report.Totals.Deliveries);
        Assert.True(report.Totals.Returns > 0 && report.Totals.Typing > 0, report.ToString());
        Assert.InRange(report.ServerPeak, 1, MostMemory);
    }
}
