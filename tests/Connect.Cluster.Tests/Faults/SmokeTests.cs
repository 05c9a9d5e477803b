using System.Diagnostics;
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

    [Fact]
    public async Task The_smoke_program_runs_against_a_server_that_is_running()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var server = new ThrowAwayServer(ServerPrograms.Plain);
        await server.StartAsync(cancellation);

        var (code, output) = await RunAsync(
            ["--url", server.Url.ToString(), "--ca", server.CertificateFile, "--messages", "200"],
            cancellation
        );

        Assert.True(code == 0, output);
        Assert.Contains("\"sent\":200,\"acked\":200,\"lost\":0,\"duplicated\":0,\"out_of_order\":0,", output);
    }

    [Theory]
    [InlineData("localhost:8443")]
    [InlineData("http://localhost:8443")]
    public async Task The_smoke_program_names_an_address_it_cannot_use(string url)
    {
        var (code, output) = await RunAsync(["--url", url], TestContext.Current.CancellationToken);
        Assert.NotEqual(0, code);
        Assert.Contains("--url must be an address such as https://", output);
    }

    /// <summary>The program as <c>./dev smoke</c> starts it.</summary>
    private static async Task<(int Code, string Output)> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "connect-load.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { program, "smoke" }.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Limit);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output + await errors);
    }
}
