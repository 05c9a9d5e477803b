using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Hostile;

/// <summary>Clients that give one byte a second, or nothing: each is cut at its deadline, all side by side.</summary>
public sealed class SlowClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_byte_a_second_is_cut_at_each_deadline_and_disturbs_nobody()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(
            Cancellation,
            "--Gateway:HelloDeadline=00:00:03",
            "--Gateway:MessageDeadline=00:00:03"
        );
        await using var bystanders = await Bystanders.StartAsync(server, Cancellation);
        var before = server.ResidentBytes;
        var waits = new Dictionary<string, Task<double>>
        {
            ["TLS hello"] = HandshakeAsync(server),
            ["headers"] = DripAsync(
                server,
                open: false,
                "GET /v1/me HTTP/1.1\r\nHost: localhost\r\nX-Slow: "u8.ToArray()
            ),
            ["no hello"] = DripAsync(server, open: true, []),
            ["first frame"] = DripAsync(server, open: true, RawSocket.Frame(0x81, new byte[100])),
            ["body"] = DripAsync(
                server,
                open: false,
                "POST /v1/tokens HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"u8.ToArray(),
                at: "Content-Length: 1000\r\n\r\n"
            ),
        };
        var limits = new Dictionary<string, (double Least, double Most)>
        {
            ["TLS hello"] = (4, 15),
            ["headers"] = (8, 25),
            ["no hello"] = (2, 12),
            ["first frame"] = (2, 12),
            ["body"] = (4, 25),
        };
        await Task.WhenAll(waits.Values);
        var chatted = await bystanders.StopAsync();
        var report = string.Join(", ", waits.Select(each => $"{each.Key} {each.Value.Result:F1} s"));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{report}; RSS {before >> 20} to {server.ResidentBytes >> 20} MiB; {chatted} messages meanwhile"
        );
        Assert.All(waits, each => Assert.InRange(each.Value.Result, limits[each.Key].Least, limits[each.Key].Most));
        Assert.True(server.ResidentBytes - before < 64 << 20);
    }

    /// <summary>How long until the server ends a connection that begins TLS and never goes on.</summary>
    private static async Task<double> HandshakeAsync(ServerProcess server)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Url.Host, server.Url.Port, Cancellation);
        var stream = tcp.GetStream();
        return await UntilCutAsync(stream, [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, .. new byte[100]]);
    }

    private static async Task<double> DripAsync(ServerProcess server, bool open, byte[] bytes, string at = "")
    {
        await using var socket = open
            ? await RawSocket.OpenAsync(server, Cancellation)
            : await RawSocket.DialAsync(server, Cancellation);
        if (at.Length > 0)
        {
            byte[] head = [.. bytes, .. Encoding.ASCII.GetBytes(at)];
            await socket.Tls.WriteAsync(head, Cancellation);
            bytes = new byte[100];
        }

        return await UntilCutAsync(socket.Tls, bytes);
    }

    /// <summary>Gives one byte a second while there are some; seconds until the other side ends it.</summary>
    private static async Task<double> UntilCutAsync(Stream stream, byte[] bytes)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Patience);
        var watch = Stopwatch.StartNew();
        var dripping = FeedAsync(stream, bytes, limit.Token);
        try
        {
            var buffer = new byte[1000];
            while (await stream.ReadAsync(buffer, limit.Token) > 0)
            {
                // What it says at the end does not matter here.
            }
        }
        catch (IOException)
        {
            // Cut.
        }

        var seconds = watch.Elapsed.TotalSeconds;
        await limit.CancelAsync();
        await dripping;
        return seconds;
    }

    private static async Task FeedAsync(Stream stream, byte[] bytes, CancellationToken cancellation)
    {
        try
        {
            using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
            foreach (var each in bytes)
            {
                await stream.WriteAsync(new[] { each }, cancellation);
                await second.WaitForNextTickAsync(cancellation);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The end that is waited for.
        }
    }
}
