using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Http;

/// <summary>What a request may cost before anybody looks at it, asked of a running server byte by byte.</summary>
public sealed class HttpLimitTests(InMemoryServer shared) : IClassFixture<InMemoryServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(15_500, "200")]
    [InlineData(17_000, "431")]
    public async Task All_headers_together_have_16_KiB(int bytes, string status)
    {
        var header = $"X-Long: {new string('x', bytes / 4)}\r\n";
        await AnswersAsync($"GET /healthz/live HTTP/1.1\r\nHost: a\r\n{Repeat(header, 4)}\r\n", status);
    }

    [Theory]
    [InlineData(63, "200")]
    [InlineData(65, "431")]
    public async Task A_request_has_64_headers(int count, string status) =>
        // Host is one of them.
        await AnswersAsync($"GET /healthz/live HTTP/1.1\r\nHost: a\r\n{Repeat("X: y\r\n", count - 1)}\r\n", status);

    [Theory]
    [InlineData(8_000, "200")]
    [InlineData(9_000, "414")]
    public async Task The_first_line_has_8_KiB(int bytes, string status) =>
        await AnswersAsync($"GET /healthz/live?{new string('x', bytes)} HTTP/1.1\r\nHost: a\r\n\r\n", status);

    [Fact]
    public async Task An_HTTP_2_connection_is_told_its_limits()
    {
        await using var tls = await DialAsync(SslApplicationProtocol.Http2);
        await tls.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray(), Cancellation);
        var settings = await SettingsAsync(tls);
        // RFC 9113, 6.5.2. The table's own default need not be said.
        Assert.Equal(100u, settings[3]);
        Assert.Equal(16u * 1024, settings[6]);
        Assert.Equal(4u * 1024, settings.GetValueOrDefault((ushort)1, 4u * 1024));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_connection_without_a_request_is_closed_after_a_minute()
    {
        await using var tls = await DialAsync(SslApplicationProtocol.Http11);
        var started = TimeProvider.System.GetTimestamp();
        await tls.WriteAsync("GET /healthz/live HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), Cancellation);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(90));
        using var all = new MemoryStream();
        await tls.CopyToAsync(all, deadline.Token);
        Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(all.ToArray()), StringComparison.Ordinal);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 55, 90);
    }

    private async Task AnswersAsync(string request, string status)
    {
        await using var tls = await DialAsync(SslApplicationProtocol.Http11);
        await tls.WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        var answer = new byte[12];
        await tls.ReadExactlyAsync(answer, Cancellation);
        Assert.Equal("HTTP/1.1 " + status, Encoding.ASCII.GetString(answer));
    }

    private async Task<SslStream> DialAsync(SslApplicationProtocol protocol)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(shared.Server.Url.Host, shared.Server.Url.Port, Cancellation);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = shared.Server.Url.Host,
                CertificateChainPolicy = ServerProcess.TrustOnly(shared.Server.CertificateFile),
                ApplicationProtocols = [protocol],
            },
            Cancellation
        );
        return tls;
    }

    /// <summary>The first frame of the server, which must be SETTINGS.</summary>
    private static async Task<Dictionary<ushort, uint>> SettingsAsync(SslStream tls)
    {
        var head = new byte[9];
        await tls.ReadExactlyAsync(head, Cancellation);
        Assert.Equal(4, head[3]);
        var body = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        await tls.ReadExactlyAsync(body, Cancellation);
        return body.Chunk(6)
            .ToDictionary(
                each => BinaryPrimitives.ReadUInt16BigEndian(each),
                each => BinaryPrimitives.ReadUInt32BigEndian(each.AsSpan(2))
            );
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
