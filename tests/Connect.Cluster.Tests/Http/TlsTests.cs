using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Http;

public sealed class TlsTests(InMemoryServer shared) : IClassFixture<InMemoryServer>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ServerProcess _server = shared.Server;

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task TLS_1_2_and_1_3_are_spoken_with_a_certificate_that_is_its_own_authority(SslProtocols protocol)
    {
        using var socket = await ConnectAsync();
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = _server.Url.Host,
                EnabledSslProtocols = protocol,
                CertificateChainPolicy = ServerProcess.TrustOnly(_server.CertificateFile),
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            },
            TestContext.Current.CancellationToken
        );
        Assert.Equal(protocol, tls.SslProtocol);
        Assert.Equal(SslApplicationProtocol.Http2, tls.NegotiatedApplicationProtocol);
    }

    [Theory]
    [InlineData("-tls1", false)]
    [InlineData("-tls1_1", false)]
    [InlineData("-tls1_2", true)]
    [InlineData("-tls1_3", true)]
    public async Task Older_TLS_is_refused_also_to_a_client_that_allows_it(string version, bool isSpoken)
    {
        // The security level lets this client offer what its system has switched off: the refusal is the server's.
        var output = await OpenSslAsync($"{version} -cipher ALL:@SECLEVEL=0");
        if (isSpoken)
        {
            Assert.DoesNotContain("Cipher is (NONE)", output, StringComparison.Ordinal);
            Assert.Contains("Verify return code: 0 (ok)", output, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains("Cipher is (NONE)", output, StringComparison.Ordinal);
            Assert.Contains("alert protocol version", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_TLS_session_is_resumed()
    {
        // The ticket of TLS 1.3 follows the handshake: the client stays for the answer to a request.
        var file = Path.Combine(_server.Folder, "session.pem");
        const string Request = "GET /healthz/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        await OpenSslAsync($"-tls1_3 -ign_eof -sess_out {file}", Request);
        var again = await OpenSslAsync($"-tls1_3 -ign_eof -sess_in {file}", Request);
        Assert.Contains("Reused, TLSv1.3", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TLS_1_2_agrees_on_authenticated_encryption_alone()
    {
        // Whatever this client has that is no AEAD suite, then one that is.
        const string Others = "ALL:-AESGCM:-CHACHA20:-AESCCM:-AESCCM8:-ARIAGCM:-eNULL:@SECLEVEL=0";
        var refused = await OpenSslAsync($"-tls1_2 -cipher {Others}");
        Assert.Contains("Cipher is (NONE)", refused, StringComparison.Ordinal);
        Assert.Contains("handshake failure", refused, StringComparison.Ordinal);
        foreach (var suite in new[] { "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305" })
        {
            var agreed = await OpenSslAsync(
                $"-tls1_2 -cipher {Others.Replace("@", $"{suite}:@", StringComparison.Ordinal)}"
            );
            Assert.Contains($"Cipher is {suite}", agreed, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Plain_HTTP_gets_no_answer()
    {
        using var socket = await ConnectAsync();
        await using var stream = socket.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"GET /healthz/live HTTP/1.1\r\nHost: {_server.Url.Authority}\r\n\r\n"),
            TestContext.Current.CancellationToken
        );
        var buffer = new byte[1024];
        var read = 0;
        try
        {
            read = await stream.ReadAtLeastAsync(buffer, buffer.Length, false, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Cut, which is as good.
        }

        Assert.DoesNotContain("HTTP/1.1 200", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
        Assert.DoesNotContain("live", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Both_versions_of_HTTP_are_served(string version)
    {
        using var client = _server.CreateClient(Version.Parse(version));
        using var answer = await client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, Version.Parse(version)), (answer.StatusCode, answer.Version));
    }

    [Fact]
    public void The_development_certificate_is_for_this_machine_and_a_limited_time()
    {
        using var certificate = X509Certificate2.CreateFromPemFile(_server.CertificateFile, _server.KeyFile);
        Assert.True((certificate.NotAfter - certificate.NotBefore).TotalDays <= 825);
        foreach (var name in new[] { "localhost", "127.0.0.1", "::1" })
        {
            Assert.True(certificate.MatchesHostname(name), name);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_server.KeyFile));
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(_server.Url.Host, _server.Url.Port, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>What <c>openssl s_client</c> says of the server.</summary>
    private async Task<string> OpenSslAsync(string options, string input = "")
    {
        using var process = Process.Start(
            new ProcessStartInfo(
                "openssl",
                $"s_client -connect {_server.Url.Authority} -CAfile {_server.CertificateFile} {options}"
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Limit);
        return await output + await errors;
    }
}
