using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Http;

public sealed class CertificateReloadTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("connect-certificates-").FullName;

    [Fact]
    public async Task A_changed_certificate_is_taken_and_a_bad_one_is_not()
    {
        var (certificate, key) = (Path.Combine(_folder, "cert.pem"), Path.Combine(_folder, "key.pem"));
        var first = WritePem("first", certificate, key);
        await using var server = await StartAsync($"--Tls:CertificateFile={certificate}", $"--Tls:KeyFile={key}");
        Assert.Equal(first, await SeenAsync(server));

        var second = WritePem("second", certificate, key);
        await UntilAsync(async () => await SeenAsync(server) == second, "the second certificate", server);

        await File.WriteAllTextAsync(certificate, "half a certif", TestContext.Current.CancellationToken);
        await UntilAsync(
            () => Task.FromResult(server.Log.Contains("[4104]", StringComparison.Ordinal)),
            "4104",
            server
        );
        Assert.Equal(second, await SeenAsync(server));

        var third = WritePem("third", certificate, key);
        await UntilAsync(async () => await SeenAsync(server) == third, "the third certificate", server);
    }

    [Fact]
    public async Task A_certificate_without_its_key_neither_ends_the_server_nor_starts_one()
    {
        var (certificate, key) = (Path.Combine(_folder, "cert.pem"), Path.Combine(_folder, "key.pem"));
        var first = WritePem("first", certificate, key);
        string[] settings = [$"--Tls:CertificateFile={certificate}", $"--Tls:KeyFile={key}"];
        await using (var server = await StartAsync(settings))
        {
            WritePem("second", certificate, Path.Combine(_folder, "elsewhere.pem"));
            await UntilAsync(
                () => Task.FromResult(server.Log.Contains("[4104]", StringComparison.Ordinal)),
                "4104",
                server
            );
            Assert.Equal(first, await SeenAsync(server));
            Assert.Equal(0, await server.StopAsync(TestContext.Current.CancellationToken));
        }

        foreach (
            var command in new string[][] { ["--Data=:memory:", "--Listen=https://127.0.0.1:0"], ["config", "check"] }
        )
        {
            var start = new ProcessStartInfo(ServerProcess.Program, [.. command, .. settings])
            {
                WorkingDirectory = _folder,
            };
            var (code, said) = await ProgramRun.RunAsync(start, "", Limit);
            Assert.Equal(2, code);
            Assert.StartsWith(
                "Setting Tls:CertificateFile: ",
                Assert.Single(said.TrimEnd().Split('\n')),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task A_PFX_is_opened_with_the_password_of_a_file()
    {
        var (pfx, password) = (Path.Combine(_folder, "cert.pfx"), Path.Combine(_folder, "password"));
        using var certificate = Make("pfx");
        await File.WriteAllBytesAsync(
            pfx,
            certificate.Export(X509ContentType.Pkcs12, "a secret"),
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(password, "a secret\n", TestContext.Current.CancellationToken);
        await using var server = await StartAsync($"--Tls:CertificateFile={pfx}", $"--Tls:PasswordFile={password}");
        Assert.Equal(certificate.Thumbprint, await SeenAsync(server));
        Assert.Equal("max-age=31536000", await StrictAsync(server));
    }

    [Fact]
    public async Task With_the_development_certificate_browsers_are_not_told_to_speak_https_alone()
    {
        await using var server = await StartAsync("--Gateway:StrictTransport=365.00:00:00");
        Assert.Equal("", await StrictAsync(server));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What a browser is told that comes by a name of its own.</summary>
    private static async Task<string> StrictAsync(ServerProcess server)
    {
        using var client = new HttpClient(
            new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, "/healthz/live"));
        request.Headers.Host = "chat.example";
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.Headers.TryGetValues("Strict-Transport-Security", out var told) ? told.Single() : "";
    }

    private static Task<ServerProcess> StartAsync(params string[] settings) =>
        ServerProcess.StartInMemoryAsync(TestContext.Current.CancellationToken, ["--Tls:ReloadSeconds=1", .. settings]);

    private static X509Certificate2 Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var from = TimeProvider.System.GetUtcNow().AddHours(-1);
        return request.CreateSelfSigned(from, from.AddDays(2));
    }

    private static string WritePem(string name, string certificateFile, string keyFile)
    {
        using var certificate = Make(name);
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        return certificate.Thumbprint;
    }

    private static async Task<string> SeenAsync(ServerProcess server)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Url.Host, server.Url.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(socket.GetStream());
        var seen = "";
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    seen = ((X509Certificate2)certificate!).Thumbprint;
                    return true;
                },
            },
            TestContext.Current.CancellationToken
        );
        return seen;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string what, ServerProcess server)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Still waiting for {what}:\n{server.Log}");
            await Task.Delay(
                TimeSpan.FromMilliseconds(100),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            );
        }
    }
}
