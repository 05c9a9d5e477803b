using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Connect.Client.Connections;

/// <summary>Which servers are believed: those the system trusts, or those of a file.</summary>
internal static class ServerTrust
{
    /// <summary>A handler for HTTP requests and WebSockets.</summary>
    /// <param name="trustedCertificates">A PEM file; null = the system's trust.</param>
    public static SocketsHttpHandler CreateHandler(string? trustedCertificates)
    {
        var handler = new SocketsHttpHandler
        {
            // A long-lived client follows the server's address when it moves.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        handler.SslOptions.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        if (trustedCertificates is not null)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(trustedCertificates);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                IsTrusted(roots, certificate, chain, errors);
        }

        return handler;
    }

    private static bool IsTrusted(
        X509Certificate2Collection roots,
        X509Certificate? certificate,
        X509Chain? sent,
        SslPolicyErrors errors
    )
    {
        // The name must fit whoever signed it.
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        // A private authority seldom has a revocation service, and none would answer for a development certificate.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (sent is not null)
        {
            foreach (var element in sent.ChainElements)
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }
        }

        using var leaf = new X509Certificate2(certificate);
        return chain.Build(leaf);
    }
}
