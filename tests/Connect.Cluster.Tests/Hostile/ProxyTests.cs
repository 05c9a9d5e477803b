using System.Globalization;
using System.Text;
using System.Text.Json;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Hostile;

/// <summary>Clients behind balancers and HTTP proxies, told apart by what these say of them.</summary>
public sealed class ProxyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_balancer_s_clients_are_told_apart_by_its_header_and_one_without_is_refused(int version)
    {
        await using var server = await ServerProcess.StartInMemoryAsync(
            Cancellation,
            "--Proxy:Sources:0=127.0.0.0/8",
            "--Limits:RegistrationsPerAddress=1"
        );
        Assert.Equal(201, await RegisterAsync(server, Header(version, 1)));
        Assert.Equal(429, await RegisterAsync(server, Header(version, 1)));
        Assert.Equal(201, await RegisterAsync(server, Header(version, 2)));
        await Assert.ThrowsAnyAsync<IOException>(() => RawSocket.DialAsync(server, Cancellation));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task From_elsewhere_a_balancer_s_header_ends_the_connection_and_none_is_needed(int version)
    {
        await using var server = await ServerProcess.StartInMemoryAsync(Cancellation, "--Proxy:Sources:0=192.0.2.0/24");
        await Assert.ThrowsAnyAsync<Exception>(() => RawSocket.DialAsync(server, Cancellation, Header(version, 1)));
        await using var plain = await RawSocket.OpenAsync(server, Cancellation);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "ADDRESS")]
    [InlineData("Forwarded", "for=ADDRESS;proto=https")]
    public async Task A_trusted_HTTP_proxy_s_clients_are_told_apart_by_its_header(string name, string form)
    {
        await using var server = await ServerProcess.StartInMemoryAsync(
            Cancellation,
            "--Proxy:Trusted:0=127.0.0.0/8",
            $"--Proxy:ForwardedHeader={name}",
            "--Limits:RegistrationsPerAddress=1",
            "--Limits:ConnectionsPerAddress=2"
        );
        Assert.Equal(201, await RegisterAsync(server, headers: Forwarded("203.0.113.1")));
        Assert.Equal(429, await RegisterAsync(server, headers: Forwarded("203.0.113.1")));
        Assert.Equal(201, await RegisterAsync(server, headers: Forwarded("203.0.113.2")));

        // What a client writes itself stands before what the proxy appends, and is not believed.
        Assert.Equal(429, await RegisterAsync(server, headers: Forwarded("203.0.113.3", "203.0.113.1")));

        var open = new List<RawSocket>();
        foreach (var (client, status) in new[] { (1, 101), (1, 101), (1, 503), (2, 101) })
        {
            var socket = await RawSocket.DialAsync(server, Cancellation);
            open.Add(socket);
            var head = await socket.UpgradeAsync(Cancellation, Forwarded($"203.0.113.{client}"));
            Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
        }

        open.ForEach(socket => socket.Cut(reset: true));

        string Forwarded(params string[] addresses)
        {
            var hops = addresses.Select(each => form.Replace("ADDRESS", each, StringComparison.Ordinal));
            return $"{name}: {string.Join(", ", hops)}\r\n";
        }
    }

    [Fact]
    public async Task What_a_proxy_forwards_that_is_not_trusted_counts_as_its_own_and_is_told_once()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(
            Cancellation,
            "--Proxy:Trusted:0=192.0.2.0/24",
            "--Limits:RegistrationsPerAddress=1"
        );
        Assert.Equal(201, await RegisterAsync(server, headers: "X-Forwarded-For: 203.0.113.1\r\n"));
        Assert.Equal(429, await RegisterAsync(server, headers: "X-Forwarded-For: 203.0.113.2\r\n"));
        Assert.Equal(0, await server.StopAsync(Cancellation));
        Assert.Equal(2, server.Log.Split("[1202]").Length);
    }

    private static async Task<int> RegisterAsync(ServerProcess server, byte[]? before = null, string headers = "")
    {
        await using var socket = await RawSocket.DialAsync(server, Cancellation, before);
        var body = JsonSerializer.Serialize(new { username = UserNames.New(), password = TestUser.Password });
        var request =
            $"POST /v1/accounts HTTP/1.1\r\nHost: {server.Url.Authority}\r\nContent-Type: application/json\r\n"
            + $"{headers}Content-Length: {body.Length}\r\n\r\n{body}";
        await socket.Tls.WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        var head = await socket.HeadAsync(Cancellation);
        return int.Parse(head[9..12], CultureInfo.InvariantCulture);
    }

    /// <summary>A header of the PROXY protocol for a client of 203.0.113.0/24.</summary>
    private static byte[] Header(int version, byte client) =>
        version == 1
            ? Encoding.ASCII.GetBytes($"PROXY TCP4 203.0.113.{client} 127.0.0.1 8080 443\r\n")
            :
            [
                .. "\r\n\r\n\0\r\nQUIT\n"u8,
                .. new byte[] { 0x21, 0x11, 0, 12, 203, 0, 113, client, 127, 0, 0, 1, 0x1F, 0x90, 0x01, 0xBB },
            ];
}
