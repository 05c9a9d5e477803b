using System.Net.Security;
using System.Security.Authentication;

namespace Connect.Server.Tls;

/// <summary>What a TLS handshake may agree on: TLS 1.3, or TLS 1.2 with authenticated encryption alone.</summary>
internal static class TlsRules
{
    /// <summary>
    /// Suites of TLS 1.2: forward secret, and none that encrypts in CBC mode, which leaks by its timing.
    /// </summary>
    private static readonly TlsCipherSuite[] Suites =
    [
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ];

    /// <summary>Of TLS 1.3, all of them.</summary>
    private static readonly TlsCipherSuite[] NewSuites =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
    ];

    /// <summary>Where the system decides about suites itself, none can be chosen.</summary>
    private static readonly CipherSuitesPolicy? Policy = OperatingSystem.IsLinux()
        ? new([.. NewSuites, .. Suites])
        : null;

    /// <summary>The rules for one connection.</summary>
    /// <param name="offer">What the client offers.</param>
    /// <param name="certificate">Asked for each connection, so that a renewed one needs no restart.</param>
    /// <remarks>
    /// With a policy for suites, the runtime makes an OpenSSL context for each connection, and sessions are never
    /// resumed. So clients that offer TLS 1.3 get that alone, which needs no policy, and share the context that goes
    /// with the certificate.
    /// </remarks>
    public static SslServerAuthenticationOptions For(ClientOffer offer, SslStreamCertificateContext certificate)
    {
        var isNew = Policy is not null && offer == ClientOffer.Tls13;
        return new()
        {
            ServerCertificateContext = certificate,
            EnabledSslProtocols = isNew ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13,
            CipherSuitesPolicy = isNew ? null : Policy,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            AllowRenegotiation = false,
        };
    }
}
