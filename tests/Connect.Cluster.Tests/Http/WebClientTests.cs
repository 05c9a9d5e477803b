using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Http;

public sealed class WebClientTests(WebClientFixture web) : IClassFixture<WebClientFixture>
{
    private const string Forever = "public, max-age=31536000, immutable";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_is_served_at_the_root_with_a_policy_that_lets_nothing_inline_in()
    {
        using var client = web.Server.CreateClient();
        using var answer = await client.GetAsync("/", Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(WebClientFixture.Page, await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
        Assert.NotNull(answer.Headers.ETag);

        var policy = Only(answer, "Content-Security-Policy");
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        foreach (
            var part in new[]
            {
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "connect-src 'self'",
                "worker-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
            }
        )
        {
            Assert.Contains(part, policy.Split("; "));
        }

        Assert.Equal("nosniff", Only(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Only(answer, "Referrer-Policy"));
        Assert.Equal("same-origin", Only(answer, "Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", Only(answer, "Cross-Origin-Resource-Policy"));
        Assert.Contains("camera=()", Only(answer, "Permissions-Policy"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WebClientFixture.ScriptPath, Forever, "text/javascript; charset=utf-8")]
    [InlineData("/sw.js", "no-cache", "text/javascript; charset=utf-8")]
    [InlineData("/index.html", "no-cache", "text/html; charset=utf-8")]
    [InlineData("/manifest.webmanifest", "no-cache", "application/manifest+json; charset=utf-8")]
    [InlineData("/favicon.ico", "no-cache", "image/x-icon")]
    public async Task What_has_its_content_in_its_name_is_kept_and_everything_else_asked_for_again(
        string path,
        string caching,
        string type
    )
    {
        using var client = web.Server.CreateClient();
        using var answer = await client.GetAsync(path, Cancellation);
        // In any order: the class that holds them has its own.
        Assert.Equal(caching.Split(", ").Order(), Only(answer, "Cache-Control").Split(", ").Order());
        Assert.Equal(type, answer.Content.Headers.ContentType?.ToString());

        using var again = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version20 };
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var unchanged = await client.SendAsync(again, Cancellation);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal(answer.Headers.ETag, unchanged.Headers.ETag);
        Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync(Cancellation));

        using var other = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version20 };
        other.Headers.IfNoneMatch.Add(new("\"another\""));
        using var changed = await client.SendAsync(other, Cancellation);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("identity", null)]
    public async Task A_script_travels_in_the_smallest_form_the_client_reads(string accepted, string? coding)
    {
        using var client = web.Server.CreateClient();
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd(accepted);
        using var answer = await client.GetAsync(WebClientFixture.ScriptPath, Cancellation);
        Assert.Equal(coding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("Accept-Encoding", Only(answer, "Vary"));
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
        Assert.Equal(WebClientFixture.Script, Unpack(coding, bytes));
        Assert.True(coding is null || bytes.Length < WebClientFixture.Script.Length / 3, $"{bytes.Length} bytes");
    }

    [Fact]
    public async Task Forms_of_one_file_have_tags_of_their_own()
    {
        using var client = web.Server.CreateClient();
        var tags = new List<EntityTagHeaderValue?>();
        foreach (var coding in new[] { "br", "gzip", "identity" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, WebClientFixture.ScriptPath);
            request.Version = HttpVersion.Version20;
            request.Headers.AcceptEncoding.ParseAdd(coding);
            using var answer = await client.SendAsync(request, Cancellation);
            tags.Add(answer.Headers.ETag);
        }

        Assert.Equal(3, tags.Distinct().Count());
        Assert.DoesNotContain(null, tags);
    }

    [Fact]
    public async Task HEAD_tells_of_the_page_and_brings_none_on_both_versions_of_HTTP()
    {
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var client = web.Server.CreateClient(version);
            using var request = new HttpRequestMessage(HttpMethod.Head, WebClientFixture.ScriptPath);
            request.Version = version;
            using var answer = await client.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(WebClientFixture.Script.Length, answer.Content.Headers.ContentLength);
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancellation));
            // The connection is still good.
            Assert.Equal(WebClientFixture.Page, await client.GetStringAsync("/", Cancellation));
        }
    }

    [Fact]
    public async Task A_part_is_served_and_one_that_is_not_there_refused()
    {
        using var client = web.Server.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, WebClientFixture.ScriptPath);
        request.Version = HttpVersion.Version20;
        request.Headers.Range = new(10, 19);
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(WebClientFixture.Script[10..20], await answer.Content.ReadAsStringAsync(Cancellation));

        using var beyond = new HttpRequestMessage(HttpMethod.Get, WebClientFixture.ScriptPath);
        beyond.Version = HttpVersion.Version20;
        beyond.Headers.Range = new(1_000_000, 1_000_001);
        using var refused = await client.SendAsync(beyond, Cancellation);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, refused.StatusCode);
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/assets/nothing-DwZr0a4_.js")]
    [InlineData("/assets")]
    [InlineData("/assets/")]
    [InlineData("/assets/index-DwZr0a4_.js.br")]
    [InlineData("/c/some-conversation")]
    public async Task What_is_no_file_of_it_is_as_unknown_as_before(string path)
    {
        using var client = web.Server.CreateClient();
        using var answer = await client.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Only(answer, "Content-Security-Policy"));
    }

    [Fact]
    public async Task No_path_leads_out_of_the_folder()
    {
        var name = Path.GetFileName(web.Secret);
        foreach (
            var path in new[]
            {
                $"/../{name}",
                $"/assets/../../{name}",
                $"/..%2f{name}",
                $"/%2e%2e/{name}",
                $"/%2e%2e%2f{name}",
                $"/assets/..%2f..%2f{name}",
                $"/..%5c{name}",
                $"/..\\{name}",
                $"/{web.Secret}",
                $"/%2f{web.Secret}",
                "//etc/passwd",
                "/assets/..%252f..%252fetc%252fpasswd",
                "/index.html%00.js",
            }
        )
        {
            var answer = await AskAsync(path);
            Assert.True(
                answer.StartsWith("HTTP/1.1 404", StringComparison.Ordinal)
                    || answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal),
                $"{path}: {answer}"
            );
            Assert.DoesNotContain("outside", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Other_methods_than_GET_and_HEAD_are_refused()
    {
        using var client = web.Server.CreateClient();
        using var answer = await client.PostAsync("/", null, Cancellation);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow.Order());
    }

    [Fact]
    public async Task The_page_for_people_keeps_its_own_policy()
    {
        using var client = web.Server.CreateClient();
        using var answer = await client.GetAsync("/docs/", Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("'unsafe-inline'", Only(answer, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://{own}", true)]
    [InlineData("https://chat.example:9443", true)]
    [InlineData("https://evil.example", false)]
    [InlineData("http://{own}", false)]
    public async Task The_page_may_open_a_socket_by_whatever_name_and_port_it_was_reached(string origin, bool allowed)
    {
        // As a balancer on another port leaves it: the name and port that the browser asked for stand in Host.
        origin = origin.Replace("{own}", web.Server.Url.Authority, StringComparison.Ordinal);
        var host = origin.Contains("chat.example", StringComparison.Ordinal)
            ? "chat.example:9443"
            : web.Server.Url.Authority;
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("connect.v1.json");
        socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.SetRequestHeader("Host", host);
        socket.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        var address = new UriBuilder(web.Server.Url) { Scheme = "wss", Path = "/v1/connect" }.Uri;
        if (allowed)
        {
            await socket.ConnectAsync(address, Cancellation);
            Assert.Equal(WebSocketState.Open, socket.State);
        }
        else
        {
            socket.Options.CollectHttpResponseDetails = true;
            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, Cancellation));
            Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
        }
    }

    [Fact]
    public async Task A_server_without_it_starts_and_says_so()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(
            Cancellation,
            $"--Web:Folder={web.Secret}.missing"
        );
        using var client = server.CreateClient();
        using var answer = await client.GetAsync("/", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Contains("not part of this server", await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Contains("The web client is not built", server.Log);
        Assert.Equal("ready\n", await client.GetStringAsync("/healthz/ready", Cancellation));
    }

    [Fact]
    public async Task Switched_off_it_is_not_served()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(Cancellation, "--Web:Enabled=false");
        using var client = server.CreateClient();
        using var answer = await client.GetAsync("/", Cancellation);
        // The client went on to where it was sent.
        Assert.Equal("/docs/", answer.RequestMessage?.RequestUri?.AbsolutePath);
        using var page = await client.GetAsync("/index.html", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    }

    /// <summary>A path as it is, which no HTTP client would send.</summary>
    private async Task<string> AskAsync(string path)
    {
        await using var socket = await RawSocket.DialAsync(web.Server, Cancellation);
        var request = $"GET {path} HTTP/1.1\r\nHost: {web.Server.Url.Authority}\r\nConnection: close\r\n\r\n";
        await socket.Tls.WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        using var reader = new StreamReader(socket.Tls);
        return await reader.ReadToEndAsync(Cancellation);
    }

    private static string Only(HttpResponseMessage answer, string header) =>
        Assert.Single(answer.Headers.NonValidated[header]);

    private static string Unpack(string? coding, byte[] bytes)
    {
        using var memory = new MemoryStream(bytes);
        using Stream stream = coding switch
        {
            "br" => new BrotliStream(memory, CompressionMode.Decompress),
            "gzip" => new GZipStream(memory, CompressionMode.Decompress),
            _ => memory,
        };
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
