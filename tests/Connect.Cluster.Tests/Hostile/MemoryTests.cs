using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Hostile;

/// <summary>
/// Many that ask much and read nothing, together for more than the memory of the server: it sends them away while the
/// others chat on.
/// </summary>
public sealed partial class MemoryTests(ITestOutputHelper output)
{
    private const int Greedy = 60;
    private const int Questions = 200;
    private const int TextsToAsk = 40;

    /// <summary>What each may let wait: all together would take about 1 GiB more than the server has.</summary>
    private const int QueueBytes = 16 << 20;
    private const long LimitBytes = 512L << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="softBytes">Where a queue ends while memory is tight.</param>
    /// <param name="mustShed">That is too much for this server, so that sessions must go.</param>
    /// <param name="most">
    /// Of the limit: what comes between two looks while the collector works. Without a guard it is twice the limit.
    /// </param>
    [Theory]
    [InlineData(64 << 10, false, 1.5)]
    [InlineData(QueueBytes, true, 1.8)]
    [Trait("Category", "Slow")]
    public async Task Those_that_ask_much_and_read_nothing_do_not_cost_the_server_its_memory(
        int softBytes,
        bool mustShed,
        double most
    )
    {
        await using var server = await ServerProcess.StartInMemoryAsync(
            Cancellation,
            $"--Memory:LimitBytes={LimitBytes}",
            $"--Gateway:QueueHardBytes={QueueBytes}",
            $"--Gateway:QueueSoftBytes={softBytes}",
            "--Gateway:SlowConsumerDeadline=00:10:00",
            "--Limits:ReadsPerUser=0",
            "--Limits:LoginsPerAddress=0",
            "--Identity:DevicesPerUser=1000",
            "--Log:Level=Debug"
        );
        using var client = server.CreateClient();
        var greedy = await FillAsync(server, client);
        await using var bystanders = await Bystanders.StartAsync(server, Cancellation);
        var (conversation, sessions) = greedy;
        using var watch = new MemoryWatch(server);
        output.WriteLine($"{Greedy} sessions before they ask: RSS {server.ResidentBytes >> 20} MiB");
        var asking = sessions.ConvertAll(session => AskAsync(session, conversation));

        await EventuallyAsync(() => IsRefusedAsync(server, client), "new sockets that are refused");
        if (mustShed)
        {
            await EventuallyAsync(() => Task.FromResult(IsShed(server)), "sessions that are sent away");
        }

        var ends = await Task.WhenAll(sessions.Zip(asking, EndAsync));
        await EventuallyAsync(async () => await StatusAsync(server) == 101, "a new socket when there is memory again");
        var chatted = await bystanders.StopAsync();
        var peak = watch.Stop();
        var shed = Closed().Count(server.Log);
        output.WriteLine(
            $"RSS {peak >> 20} MiB at most of {LimitBytes >> 20}, now {server.ResidentBytes >> 20}; "
                + $"{shed} of {Greedy} sessions sent away; {chatted} messages meanwhile"
        );
        foreach (var line in server.Log.Split('\n').Where(line => line.Contains("Memory is", StringComparison.Ordinal)))
        {
            output.WriteLine(line);
        }

        Assert.InRange(shed, mustShed ? 1 : 0, Greedy);
        output.WriteLine(string.Join(", ", ends.CountBy(end => end).Select(each => $"{each.Value} {each.Key}")));
        Assert.Equal(shed, ends.Count(end => end is "4005" or "cut"));
        Assert.Equal(Greedy - shed, ends.Count(end => end == "answered"));
        Assert.True(peak < most * LimitBytes, $"{peak >> 20} MiB of {LimitBytes >> 20}");
        Assert.True(server.ResidentBytes < LimitBytes, "What was freed was not given back.");

        Assert.Equal(0, await server.StopAsync(Cancellation));
    }

    private static async Task<(string Conversation, List<RawSession> Sessions)> FillAsync(
        ServerProcess server,
        HttpClient client
    )
    {
        var (from, to) = (UserNames.New(), UserNames.New());
        await TestUser.CreateAsync(client, from, Cancellation);
        var bert = await TestUser.CreateAsync(client, to, Cancellation);
        await using var anna = await RawSession.OpenAsync(
            server.Url,
            server.CertificateFile,
            from,
            TestUser.Password,
            Cancellation
        );
        var conversation = "";
        for (var number = 1; number <= TextsToAsk; number++)
        {
            var cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
            var send = new
            {
                to = bert.Id,
                cid,
                text = new string('x', 7_900),
            };
            await anna.SendAsync(new { id = number, send }, Cancellation);
            conversation = (await anna.ReadUntilAsync("sent", Cancellation)).GetProperty("conversation").GetString()!;
        }

        var sessions = new List<RawSession>();
        for (var i = 0; i < Greedy; i++)
        {
            sessions.Add(
                await RawSession.OpenAsync(server.Url, server.CertificateFile, to, TestUser.Password, Cancellation)
            );
        }

        return (conversation, sessions);
    }

    /// <summary>Asks as long as the server takes questions; nothing is read.</summary>
    private static async Task AskAsync(RawSession session, string conversation)
    {
        try
        {
            for (var id = 2; id < 2 + Questions; id++)
            {
                await session.SendAsync(new { id, history = new { conversation, limit = 200 } }, Cancellation);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException)
        {
            // Sent away.
        }
    }

    /// <summary>Now it reads. How that ends: the code, a cut where the server did not wait, or all answers.</summary>
    private static async Task<string> EndAsync(RawSession session, Task asking)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Limit);
        await using (session)
        {
            try
            {
                var last = LastAsync(session, asking, limit.Token);
                await session.ReadUntilAsync("err", limit.Token);
                await last;
                return "answered";
            }
            catch (InvalidOperationException exception)
                when (exception.Message.EndsWith("4005", StringComparison.Ordinal))
            {
                return "4005";
            }
            catch (Exception exception) when (exception is WebSocketException or IOException)
            {
                return "cut";
            }
        }
    }

    /// <summary>A question that is not answered well, after all the others.</summary>
    private static async Task LastAsync(RawSession session, Task asking, CancellationToken cancellation)
    {
        await asking;
        await session.SendAsync(new { id = 2 + Questions, history = new { conversation = "?" } }, cancellation);
    }

    private static bool IsShed(ServerProcess server) => Closed().IsMatch(server.Log);

    private static async Task<bool> IsRefusedAsync(ServerProcess server, HttpClient client)
    {
        using var ready = await client.GetAsync("/healthz/ready", Cancellation);
        await using var refused = await RawSocket.DialAsync(server, Cancellation);
        var head = await refused.UpgradeAsync(Cancellation);
        return ready.StatusCode == HttpStatusCode.ServiceUnavailable
            && head.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal)
            && head.Contains("Retry-After: 5\r\n", StringComparison.Ordinal);
    }

    private static async Task<int> StatusAsync(ServerProcess server)
    {
        await using var socket = await RawSocket.DialAsync(server, Cancellation);
        var head = await socket.UpgradeAsync(Cancellation);
        return int.Parse(head[9..12], CultureInfo.InvariantCulture);
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Limit);
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Not within {Limit}: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancellation);
        }
    }

    [GeneratedRegex("closes: 4005 ")]
    private static partial Regex Closed();
}
