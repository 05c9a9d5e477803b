using System.Net.Security;
using System.Security.Authentication;
using Connect.Doors;
using Connect.Doors.Admission;
using Connect.Server.Configuration;
using Connect.Server.Peers;
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

    /// <summary>Headers of one request.</summary>
    public const int HeaderCount = 64;

    /// <summary>The first line of a request, and each header of HTTP/2.</summary>
    public const int LineBytes = 8 * 1024;

    /// <summary>What HTTP/2 remembers of a connection's headers.</summary>
    public const int TableBytes = 4 * 1024;

    /// <summary>The slowest a body may come or be taken, after <see cref="BodyGrace"/>.</summary>
    public const int BodyBytesPerSecond = 240;

    /// <summary>The time in which a body may be slower.</summary>
    public static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5);

    /// <summary>Without a request for so long a connection is closed; a socket has its own clock.</summary>
    public static readonly TimeSpan IdleDeadline = TimeSpan.FromSeconds(60);

    /// <summary>From the first byte of a request to the end of its headers.</summary>
    public static readonly TimeSpan HeadersDeadline = TimeSpan.FromSeconds(10);

    /// <summary>From the connection to the end of the TLS handshake.</summary>
    public static readonly TimeSpan HandshakeDeadline = TimeSpan.FromSeconds(5);

    public static void UseConnectKestrel(this IWebHostBuilder web, ServerOptions options, ConnectionCapacity room) =>
        web.UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel(
                (_, kestrel) =>
                {
                    kestrel.AddServerHeader = false;
                    kestrel.Limits.MaxConcurrentConnections = room.WithReserve;
                    kestrel.Limits.MaxRequestBodySize = BodyBytes;
                    kestrel.Limits.RequestHeadersTimeout = HeadersDeadline;
                    kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytes;
                    kestrel.Limits.MaxRequestHeaderCount = HeaderCount;
                    kestrel.Limits.MaxRequestLineSize = LineBytes;
                    kestrel.Limits.KeepAliveTimeout = IdleDeadline;
                    kestrel.Limits.MinRequestBodyDataRate = new(BodyBytesPerSecond, BodyGrace);
                    kestrel.Limits.Http2.HeaderTableSize = TableBytes;
                    kestrel.Limits.Http2.MaxRequestHeaderFieldSize = LineBytes;
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
        listen.UseConnectDoor();
        var peers = listen.ApplicationServices.GetRequiredService<PeerWatch>();
        listen.Use(next => connection => peers.RunAsync(connection, next));
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
