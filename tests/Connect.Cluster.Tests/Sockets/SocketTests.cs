using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Connect.Cluster.Tests.Http;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Sockets;

/// <summary>The socket of a running server: who is let in, both ways of upgrading, what is cut off.</summary>
public sealed class SocketTests(InMemoryServer shared) : IClassFixture<InMemoryServer>
{
    private const string Json = "connect.v1.json";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_session_opens_over_HTTP_1_1_and_HTTP_2(int major)
    {
        var user = await NewUserAsync(shared.Server);
        using var socket = await ConnectAsync(
            shared.Server,
            major == 1 ? HttpVersion.Version11 : HttpVersion.Version20
        );
        Assert.Equal(Json, socket.SubProtocol);
        await HelloAsync(socket, user);
        await SendAsync(socket, """{"id":2,"sync":{"mode":"all"}}""");
        var page = await ReadAsync(socket);
        Assert.True(page.GetProperty("sync_page").GetProperty("synced").GetBoolean());
        await SendAsync(socket, """{"bye":{}}""");
        await ClosedAsync(socket, 1000);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancellation);
    }

    [Theory]
    [InlineData("", "Sec-WebSocket-Protocol: other", 400)]
    [InlineData("", "", 400)]
    [InlineData("Origin: https://evil.example", "Sec-WebSocket-Protocol: connect.v1.pb", 403)]
    [InlineData("", "Sec-WebSocket-Protocol: connect.v1.pb", 101)]
    [InlineData("Origin: SELF", "Sec-WebSocket-Protocol: connect.v1.pb", 101)]
    public async Task Who_offers_no_known_subprotocol_or_comes_from_another_site_is_refused(
        string origin,
        string subprotocol,
        int status
    )
    {
        await using var tls = await DialAsync(shared.Server);
        origin = origin.Replace("SELF", shared.Server.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        var head = await UpgradeAsync(tls, shared.Server, origin, subprotocol);
        Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
        Assert.Equal(status != 101, head.Contains("application/problem+json", StringComparison.Ordinal));
        Assert.DoesNotContain("permessage-deflate", head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("a frame that announces 2^40 bytes", 102)]
    [InlineData("100,000 empty fragments", 101)]
    public async Task Framing_that_would_cost_memory_is_told_and_closed(string attack, int code)
    {
        await using var tls = await DialAsync(shared.Server);
        await UpgradeAsync(tls, shared.Server, "", $"Sec-WebSocket-Protocol: {Json}");
        if (code == 102)
        {
            await tls.WriteAsync(new byte[] { 0x82, 0xFF, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4 }, Cancellation);
        }
        else
        {
            var fragments = new byte[600_000];
            for (var i = 0; i < fragments.Length; i += 6)
            {
                fragments[i] = (byte)(i == 0 ? 1 : 0);
                fragments[i + 1] = 0x80;
            }

            await tls.WriteAsync(fragments, Cancellation);
        }

        var (text, close) = await ReadFramesAsync(tls);
        Assert.True(text.Contains($"\"code\":{code}", StringComparison.Ordinal), $"{attack}: {text}");
        Assert.Equal(4500, close);
    }

    [Fact]
    public async Task A_server_that_stops_sends_its_clients_elsewhere_first()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(Cancellation);
        var user = await NewUserAsync(server);
        using var socket = await ConnectAsync(server, HttpVersion.Version20);
        await HelloAsync(socket, user);
        var stopping = server.StopAsync(Cancellation);

        var why = (await ReadAsync(socket)).GetProperty("go_away");
        Assert.True(why.GetProperty("reconnect_after_ms").GetInt32() > 0);
        await ClosedAsync(socket, 4001);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancellation);
        Assert.Equal(0, await stopping);
    }

    private static async Task<TestUser> NewUserAsync(ServerProcess server)
    {
        using var client = server.CreateClient();
        var name = "u" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        return await TestUser.CreateAsync(client, name, Cancellation);
    }

    private static async Task<ClientWebSocket> ConnectAsync(ServerProcess server, Version version)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(Json);
        socket.Options.HttpVersion = version;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var handler = new SocketsHttpHandler
        {
            SslOptions = new() { CertificateChainPolicy = ServerProcess.TrustOnly(server.CertificateFile) },
        };
        var url = new UriBuilder(server.Url) { Scheme = "wss", Path = "/v1/connect" }.Uri;
        await socket.ConnectAsync(url, new HttpMessageInvoker(handler), Cancellation);
        return socket;
    }

    private static async Task HelloAsync(ClientWebSocket socket, TestUser user)
    {
        var hello = new { id = 1, hello = new { token = user.AccessToken, device_id = user.Device } };
        await SendAsync(socket, JsonSerializer.Serialize(hello));
        var welcome = (await ReadAsync(socket)).GetProperty("welcome");
        Assert.Equal(user.Id, welcome.GetProperty("user").GetString());
    }

    private static Task SendAsync(ClientWebSocket socket, string frame) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, true, Cancellation);

    private static async Task<JsonElement> ReadAsync(ClientWebSocket socket)
    {
        var buffer = new byte[65_536];
        var result = await socket.ReceiveAsync(buffer, Cancellation);
        Assert.Equal(WebSocketMessageType.Text, result.MessageType);
        return JsonDocument.Parse(buffer.AsMemory(0, result.Count)).RootElement;
    }

    private static async Task ClosedAsync(ClientWebSocket socket, int code)
    {
        var result = await socket.ReceiveAsync(new byte[1000], Cancellation);
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        Assert.Equal(code, (int?)socket.CloseStatus);
    }

    private static async Task<SslStream> DialAsync(ServerProcess server)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Url.Host, server.Url.Port, Cancellation);
        var tls = new SslStream(tcp.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = server.Url.Host,
            CertificateChainPolicy = ServerProcess.TrustOnly(server.CertificateFile),
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
        await tls.AuthenticateAsClientAsync(options, Cancellation);
        return tls;
    }

    /// <summary>Asks for a WebSocket by hand; the head of the answer.</summary>
    private static async Task<string> UpgradeAsync(
        SslStream tls,
        ServerProcess server,
        string origin,
        string subprotocol
    )
    {
        string[] lines =
        [
            "GET /v1/connect HTTP/1.1",
            $"Host: {server.Url.Authority}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Extensions: permessage-deflate",
            origin,
            subprotocol,
        ];
        var request = string.Join("\r\n", lines.Where(line => line.Length > 0)) + "\r\n\r\n";
        await tls.WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            Assert.Equal(1, await tls.ReadAsync(one, Cancellation));
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    /// <summary>The text of all frames up to the close, and its code.</summary>
    private static async Task<(string Text, int Close)> ReadFramesAsync(SslStream tls)
    {
        var text = new StringBuilder();
        while (true)
        {
            var header = new byte[2];
            await tls.ReadExactlyAsync(header, Cancellation);
            var length = header[1] & 0x7F;
            if (length == 126)
            {
                await tls.ReadExactlyAsync(header, Cancellation);
                length = (header[0] << 8) | header[1];
                header[0] = 0x81;
            }

            var payload = new byte[length];
            await tls.ReadExactlyAsync(payload, Cancellation);
            if ((header[0] & 0x0F) == 8)
            {
                return (text.ToString(), (payload[0] << 8) | payload[1]);
            }

            text.Append(Encoding.UTF8.GetString(payload));
        }
    }
}
