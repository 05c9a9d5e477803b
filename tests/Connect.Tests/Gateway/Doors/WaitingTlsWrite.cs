using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Connect.Tests.Gateway.Doors;

/// <summary>A client of TLS that reads nothing more, and a server that writes to it all the same.</summary>
internal static class WaitingTlsWrite
{
    /// <summary>More than the buffers of two sockets hold.</summary>
    private const int Bytes = 32 * 1024 * 1024;

    /// <summary>Throws what the stream of TLS throws when it is to write while a write waits.</summary>
    public static async Task WriteTwiceAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, cancel);
        using var server = await listener.AcceptTcpClientAsync(cancel);
        await using var theirs = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await using var ours = new SslStream(server.GetStream());
        using var certificate = Make();
        await Task.WhenAll(
            ours.AuthenticateAsServerAsync(new() { ServerCertificate = certificate }, cancel),
            theirs.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "test" }, cancel)
        );

        var waiting = ours.WriteAsync(new byte[Bytes], cancel).AsTask();
        try
        {
            Assert.False(waiting.IsCompleted);
            await ours.WriteAsync(new byte[1], cancel);
        }
        finally
        {
            client.Close();
            await Record.ExceptionAsync(() => waiting);
        }
    }

    private static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var from = TimeProvider.System.GetUtcNow().AddHours(-1);
        return new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, from.AddDays(1));
    }
}
