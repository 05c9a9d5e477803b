using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Hostile;

/// <summary>A running server whose file handles are taken away but for a few.</summary>
public sealed class HandleTests(ITestOutputHelper output)
{
    /// <summary>A few more than the server leaves to the runtime.</summary>
    private const int Left = 32 + 12;
    private const int Crowd = 60;
    private const string Message = "The system hands over no connection";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LimitMemory = TimeSpan.FromMilliseconds(1_100);
    private static readonly TimeSpan Shortage = TimeSpan.FromSeconds(3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_server_that_is_handed_no_connection_says_so_once_waits_and_then_goes_on()
    {
        if (!File.Exists("/usr/bin/prlimit"))
        {
            Assert.Skip("There is no prlimit (Debian: util-linux), so no handles can be taken from a running server.");
        }

        await using var server = await ServerProcess.StartInMemoryAsync(Cancellation);
        await using var bystanders = await Bystanders.StartAsync(server, Cancellation);
        var folder = $"/proc/{server.ProcessId}/fd";
        await SetLimitAsync(server, Directory.GetFiles(folder).Length + Left);
        // The server asks for its limit once a second; until then it would give its last handles away.
        await Task.Delay(LimitMemory, TimeProvider.System, Cancellation);

        var crowd = new List<TcpClient>();
        for (var i = 0; i < Crowd; i++)
        {
            // The system completes them; the server cannot take them from it.
            var tcp = new TcpClient();
            await tcp.ConnectAsync(server.Url.Host, server.Url.Port, Cancellation);
            crowd.Add(tcp);
        }

        await EventuallyAsync(
            server,
            () => Task.FromResult(Times(server) > 0),
            "a line that says that no connection is handed over"
        );
        var before = ProcessorTime(server);
        var started = Stopwatch.GetTimestamp();
        await Task.Delay(Shortage, TimeProvider.System, Cancellation);
        var share = (ProcessorTime(server) - before) / Stopwatch.GetElapsedTime(started);
        Assert.Equal(1, Times(server));

        crowd.ForEach(each => each.Dispose());
        await EventuallyAsync(server, () => OpensAsync(server), "a socket after the crowd");
        output.WriteLine(
            $"{await bystanders.StopAsync()} messages meanwhile, {share:P0} of a processor during the shortage"
        );
        // A listener that tries again at once takes a whole processor; other work on the machine only leaves it less.
        Assert.True(share < 0.8, $"The server spins: {share:P0} of a processor.");
        Assert.Equal(1, Times(server));
        Assert.Equal(0, await server.StopAsync(Cancellation));
    }

    private static async Task<bool> OpensAsync(ServerProcess server)
    {
        try
        {
            await using var socket = await RawSocket.DialAsync(server, Cancellation);
            var head = await socket.UpgradeAsync(Cancellation);
            return head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return false;
        }
    }

    private static int Times(ServerProcess server) => server.Log.Split(Message).Length - 1;

    /// <summary>Time in user and kernel, of all its threads.</summary>
    private static TimeSpan ProcessorTime(ServerProcess server)
    {
        using var process = Process.GetProcessById(server.ProcessId);
        return process.TotalProcessorTime;
    }

    private static async Task SetLimitAsync(ServerProcess server, int handles)
    {
        var limit = handles.ToString(CultureInfo.InvariantCulture);
        using var prlimit = Process.Start(
            "/usr/bin/prlimit",
            [$"--pid={server.ProcessId}", $"--nofile={limit}:{limit}"]
        );
        await prlimit.WaitForExitAsync(Cancellation);
        Assert.Equal(0, prlimit.ExitCode);
    }

    private static async Task EventuallyAsync(ServerProcess server, Func<Task<bool>> condition, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Limit);
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Not within {Limit}: {what}\n{server.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancellation);
        }
    }
}
