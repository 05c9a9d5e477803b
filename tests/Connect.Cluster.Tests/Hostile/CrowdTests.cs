using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol.Frames;
using Xunit;

namespace Connect.Cluster.Tests.Hostile;

/// <summary>Too many at once, for one address, for the memory and for the file handles of the server.</summary>
public sealed class CrowdTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Above_the_limit_of_an_address_a_socket_is_told_when_to_come_back()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(
            Cancellation,
            "--Limits:ConnectionsPerAddress=16"
        );
        var open = new List<RawSocket>();
        for (var i = 0; i < 16; i++)
        {
            open.Add(await RawSocket.OpenAsync(server, Cancellation));
        }

        await using (var refused = await RawSocket.DialAsync(server, Cancellation))
        {
            var head = await refused.UpgradeAsync(Cancellation);
            Assert.StartsWith("HTTP/1.1 503 ", head, StringComparison.Ordinal);
            Assert.Contains("Retry-After: 5\r\n", head, StringComparison.Ordinal);
            Assert.Contains("Connection: close\r\n", head, StringComparison.Ordinal);
        }

        foreach (var socket in open)
        {
            socket.Cut(reset: true);
        }

        await EventuallyAsync(async () => await StatusAsync(server) == 101, "a socket after the others are gone");
    }

    [Fact]
    public async Task A_server_without_memory_refuses_sockets_is_not_ready_and_still_answers()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(Cancellation, "--Memory:LimitBytes=1000000");
        using var client = server.CreateClient();
        var user = await TestUser.CreateAsync(client, UserNames.New(), Cancellation);
        await EventuallyAsync(
            () => IsFullAsync(server, client, user),
            "a node with a session that says it is overloaded and refuses another"
        );
        await TestUser.CreateAsync(client, UserNames.New(), Cancellation);
        // With nobody left to send away it would never get better by refusing.
        await EventuallyAsync(async () => await ReadyAsync(client) == "ready\n", "a node that takes sockets again");
    }

    [Fact]
    public async Task Without_file_handles_the_server_sheds_and_serves_again_and_does_not_crash()
    {
        var script = Path.Combine(Path.GetTempPath(), "connect-" + Path.GetRandomFileName());
        var program = ServerProcess.Program;
        await File.WriteAllTextAsync(script, $"#!/bin/sh\nulimit -n 600\nexec '{program}' \"$@\"\n", Cancellation);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        await using var server = await ServerProcess.StartProgramAsync(
            script,
            new Dictionary<string, string>(),
            Cancellation
        );
        File.Delete(script);
        await using var bystanders = await Bystanders.StartAsync(server, Cancellation);
        var crowd = new List<TcpClient>();
        for (var i = 0; i < 1000; i++)
        {
            var tcp = new TcpClient();
            crowd.Add(tcp);
            try
            {
                await tcp.ConnectAsync(server.Url.Host, server.Url.Port, Cancellation);
            }
            catch (SocketException)
            {
                // Closed before it was told that it is open.
            }
        }

        await EventuallyAsync(() => Task.FromResult(crowd.Any(IsCut)), "connections that are closed at once");
        crowd.ForEach(each => each.Dispose());
        await EventuallyAsync(async () => await StatusAsync(server) == 101, "a socket after the crowd");
        TestContext.Current.TestOutputHelper!.WriteLine($"{await bystanders.StopAsync()} messages meanwhile");
        Assert.Equal(0, await server.StopAsync(Cancellation));
    }

    /// <summary>While a session is there, which is sent away soon: true once the others were told so.</summary>
    private static async Task<bool> IsFullAsync(ServerProcess server, HttpClient client, TestUser user)
    {
        try
        {
            await using var session = await WireSession.ConnectAsync(server, user, FrameEncoding.Json, Cancellation);
            for (var i = 0; i < 40; i++)
            {
                if (await ReadyAsync(client) == "overloaded\n" && await StatusAsync(server) == 503)
                {
                    return true;
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or EndOfStreamException)
        {
            // Refused: the one before is still counted.
        }

        return false;
    }

    private static async Task<string> ReadyAsync(HttpClient client)
    {
        using var ready = await client.GetAsync("/healthz/ready", Cancellation);
        var text = await ready.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal(text == "ready\n" ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        return text;
    }

    private static bool IsCut(TcpClient tcp)
    {
        var socket = tcp.Client;
        return !socket.Connected || (socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0);
    }

    private static async Task<int> StatusAsync(ServerProcess server)
    {
        try
        {
            await using var socket = await RawSocket.DialAsync(server, Cancellation);
            var head = await socket.UpgradeAsync(Cancellation);
            return head.Length == 0 ? 0 : int.Parse(head[9..12], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return 0;
        }
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
}
