using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Connect.LoadGen.Wire;

/// <summary>The certificates that a run believes.</summary>
internal sealed class LoadTrust
{
    private readonly X509Certificate2Collection _roots = [];

    /// <param name="certificateFile">A PEM file.</param>
    public LoadTrust(string certificateFile) => _roots.ImportFromPemFile(certificateFile);

    public SslClientAuthenticationOptions OptionsFor(string host)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_roots);
        return new()
        {
            TargetHost = host,
            CertificateChainPolicy = policy,
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
    }
}
