using Connect.Cluster.Tests.Processes;
using Connect.LoadGen.Servers;
using Connect.LoadGen.Smoke;
using Xunit;

namespace Connect.Cluster.Tests.Faults;

public sealed class SmokeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task The_smoke_run_is_clean()
    {
        await using var server = new ThrowAwayServer(ServerPrograms.Plain);
        await server.StartAsync(TestContext.Current.CancellationToken);
        var plan = new SmokePlan(server.Url, server.CertificateFile, server, 2000, Limit);
        var report = await SmokeRun.ExecuteAsync(plan, TestContext.Current.CancellationToken);
        Assert.True(
            report.IsClean,
            $"{report} {string.Join("; ", report.Failures.Concat(report.Verdict.Problems))}\n{server.LastLines()}"
        );
        Assert.Equal((2000, 2000), (report.Verdict.Sent, report.Verdict.Acked));
    }
}
