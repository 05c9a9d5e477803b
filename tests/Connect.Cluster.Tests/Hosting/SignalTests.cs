using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Hosting;

/// <summary>What a real process does with signals, and with a log that nobody reads.</summary>
public sealed class SignalTests
{
    private const int Hangup = 1;
    private const int Terminate = 15;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hang_up_is_logged_and_the_server_goes_on_until_it_is_told_to_stop()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(Cancel, "--Log:Format=json");
        server.Signal(Hangup);
        await UntilAsync(() => server.Log.Contains("SIGHUP", StringComparison.Ordinal), "a line about the signal");
        using (var client = server.CreateClient())
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/healthz/ready", Cancel)).StatusCode);
        }

        Assert.Equal(0, await server.StopAsync(Cancel));
        Assert.Contains("Stopping", server.Log, StringComparison.Ordinal);

        // Each line of the log is an object whose time is one of RFC 3339.
        var lines = server.Log.Split('\n').Where(line => line.StartsWith('{')).ToList();
        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            var time = JsonDocument.Parse(line).RootElement.GetProperty("Timestamp").GetString();
            Assert.True(
                DateTimeOffset.TryParseExact(
                    time,
                    "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out _
                ),
                line
            );
        }
    }

    [Fact]
    public async Task A_log_that_nobody_reads_holds_nobody_and_the_server_still_ends()
    {
        // A line is not divided over the pages of a pipe, which is full before the last byte of each is used.
        const int FullPipeBytes = 48 * 1024;
        var folder = Directory.CreateTempSubdirectory("connect-log-");
        var start = new ProcessStartInfo(
            ServerProcess.Program,
            [
                "--Data=:memory:",
                "--Listen=https://127.0.0.1:0",
                $"--Tls:DevelopmentFolder={folder.FullName}",
                "--Log:Level=Debug",
                "--Limits:RequestsPerAddress=0",
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.FullName,
        };
        using var process = Process.Start(start)!;
        try
        {
            var ready = await process.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(Limit, Cancel);
            Assert.NotNull(ready);
            using var client = new HttpClient(
                new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }
            )
            {
                BaseAddress = new(ready[ready.IndexOf("https", StringComparison.Ordinal)..].Split(',')[0]),
                DefaultRequestVersion = HttpVersion.Version20,
            };

            // Each leaves a line: more than the pipe and the queue behind it hold.
            for (var round = 0; round < 100; round++)
            {
                var answers = await Task.WhenAll(
                    Enumerable.Range(0, 50).Select(_ => client.GetAsync("/v1/nothing", Cancel).WaitAsync(Limit, Cancel))
                );
                Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
            }

            Assert.Equal(0, NativeKill(process.Id, Terminate));
            await process.WaitForExitAsync(Cancel).WaitAsync(Limit, Cancel);
            Assert.Equal(0, process.ExitCode);
            var written = await process.StandardError.ReadToEndAsync(Cancel);
            Assert.True(written.Length >= FullPipeBytes, $"The pipe was never full: {written.Length} bytes.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            folder.Delete(recursive: true);
        }
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Waited in vain for {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int process, int signal);
}
