using System.Net.Security;
using System.Security.Authentication;
using Connect.Server.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Connect.Server.Tls;

/// <summary>Kestrel as we run it: TLS 1.2 and 1.3 alone, HTTP/1.1 and HTTP/2, a limit on everything.</summary>
internal static class TlsListeners
{
    /// <summary>The largest body of an HTTP request, the same as the largest message on a socket.</summary>
    public const int BodyBytes = 64 * 1024;

    /// <summary>All headers of an HTTP request together.</summary>
    public const int HeaderBytes = 16 * 1024;

    /// <summary>Requests at a time of one HTTP/2 connection.</summary>
    public const int StreamsPerConnection = 100;

    /// <summary>From the first byte of a request to the end of its headers.</summary>
    public static readonly TimeSpan HeadersDeadline = TimeSpan.FromSeconds(10);

    /// <summary>From the connection to the end of the TLS handshake.</summary>
    public static readonly TimeSpan HandshakeDeadline = TimeSpan.FromSeconds(5);

    public static void UseConnectKestrel(this IWebHostBuilder web, ServerOptions options) =>
        web.UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel(
                (_, kestrel) =>
                {
                    kestrel.AddServerHeader = false;
                    kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
                    kestrel.Limits.MaxConcurrentUpgradedConnections = options.MaxConnections;
                    kestrel.Limits.MaxRequestBodySize = BodyBytes;
                    kestrel.Limits.RequestHeadersTimeout = HeadersDeadline;
                    kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytes;
                    kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
                    foreach (var listen in ListenAddress.ParseAll(options.Listen))
                    {
                        foreach (var address in listen.Addresses)
                        {
                            kestrel.Listen(address, listen.Port, Secure);
                        }
                    }
                }
            );

    private static void Secure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        var certificate = listen.ApplicationServices.GetRequiredService<ServerCertificate>();
        listen.UseHttps(
            new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = HandshakeDeadline,
                // Asked for each connection, so that a renewed certificate needs no restart; the context is the same
                // for all of them, or each would have its own OpenSSL context and resumption would never hit.
                OnConnection = _ =>
                    ValueTask.FromResult(
                        new SslServerAuthenticationOptions
                        {
                            ServerCertificateContext = certificate.Current,
                            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                            AllowRenegotiation = false,
                        }
                    ),
            }
        );
    }
}
