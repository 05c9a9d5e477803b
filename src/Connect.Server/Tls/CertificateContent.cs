using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Connect.Server.Tls;

/// <summary>What the files of a certificate held at one time.</summary>
internal sealed record CertificateContent(bool IsPfx, byte[] Certificate, byte[]? Key, byte[]? Password)
{
    /// <summary>A name for the content: differs when a file does.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var content in new[] { Certificate, Key, Password })
        {
            // The length as well, or a byte that moves from one file to the next would pass unseen.
            hash.AppendData(BitConverter.GetBytes(content?.Length ?? -1));
            hash.AppendData(content ?? []);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The certificate with its key and chain.</summary>
    /// <exception cref="CryptographicException">It is no certificate, or has no private key, or another's.</exception>
    public SslStreamCertificateContext Load()
    {
        try
        {
            var (own, chain) = IsPfx ? LoadPfx() : LoadPem();

            // Offline: a server that starts must not wait for the network to fetch what its files lack.
            return SslStreamCertificateContext.Create(own, chain, offline: true);
        }
        catch (Exception exception) when (IsOfAnotherKey(exception))
        {
            throw new CryptographicException(
                Key is null
                    ? "the private key in it is not that of the certificate."
                    : "the key in Tls:KeyFile is not that of the certificate.",
                exception
            );
        }
        catch (Exception exception) when (exception is not CryptographicException)
        {
            // Whatever is wrong is in the files, which somebody may be replacing at this moment.
            throw new CryptographicException(exception.Message, exception);
        }
    }

    /// <summary>What .NET throws for a key that is not the certificate's: an elliptic one, and any other.</summary>
    private static bool IsOfAnotherKey(Exception exception) =>
        (exception as ArgumentException ?? exception.InnerException as ArgumentException)?.ParamName == "privateKey";

    private (X509Certificate2 Own, X509Certificate2Collection Chain) LoadPfx()
    {
        var all = X509CertificateLoader.LoadPkcs12Collection(Certificate, ReadPassword());
        var own =
            all.FirstOrDefault(each => each.HasPrivateKey)
            ?? throw new CryptographicException("The PFX holds no private key.");
        return (own, [.. all.Where(each => !ReferenceEquals(each, own))]);
    }

    private (X509Certificate2 Own, X509Certificate2Collection Chain) LoadPem()
    {
        var pem = Encoding.UTF8.GetString(Certificate);
        var key = Key is null ? pem : Encoding.UTF8.GetString(Key);
        var own = ReadPassword() is { } password
            ? X509Certificate2.CreateFromEncryptedPem(pem, key, password)
            : X509Certificate2.CreateFromPem(pem, key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(pem);
        chain.RemoveAt(0);
        return (own, chain);
    }

    private string? ReadPassword() => Password is null ? null : Encoding.UTF8.GetString(Password).TrimEnd('\r', '\n');
}
