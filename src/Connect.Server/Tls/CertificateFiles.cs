using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Connect.Server.Tls;

/// <summary>The files of a certificate: PEM or PFX.</summary>
internal sealed record CertificateFiles(string Certificate, string? Key, string? Password)
{
    private bool IsPfx => Path.GetExtension(Certificate).ToUpperInvariant() is ".PFX" or ".P12";

    /// <summary>A name for what the files hold now: changes when one of them does.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in new[] { Certificate, Key, Password })
        {
            if (file is not null)
            {
                hash.AppendData(File.ReadAllBytes(file));
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Reads the certificate with its key and chain.</summary>
    /// <exception cref="CryptographicException">Not a certificate with its private key.</exception>
    public SslStreamCertificateContext Load()
    {
        var chain = new X509Certificate2Collection();
        X509Certificate2 own;
        if (IsPfx)
        {
            var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(Certificate, ReadPassword());
            own =
                all.FirstOrDefault(each => each.HasPrivateKey)
                ?? throw new CryptographicException("The PFX holds no private key.");
            chain.AddRange(all.Where(each => !ReferenceEquals(each, own)).ToArray());
        }
        else
        {
            own = ReadPassword() is { } password
                ? X509Certificate2.CreateFromEncryptedPemFile(Certificate, password, Key)
                : X509Certificate2.CreateFromPemFile(Certificate, Key);
            chain.ImportFromPemFile(Certificate);
            chain.RemoveAt(0);
        }

        // Offline: a server that starts must not wait for the network to fetch what its files lack.
        return SslStreamCertificateContext.Create(own, chain, offline: true);
    }

    private string? ReadPassword() => Password is null ? null : File.ReadAllText(Password).TrimEnd('\r', '\n');
}
