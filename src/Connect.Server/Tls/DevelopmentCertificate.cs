using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Connect.Server.Tls;

/// <summary>
/// A certificate for the first minutes with a server: ECDSA P-256, self-signed and its own authority, so that a client
/// that is given it needs nothing else (<c>curl --cacert cert.pem</c>).
/// </summary>
internal static class DevelopmentCertificate
{
    /// <summary>The longest validity that all common clients accept.</summary>
    private const int ValidDays = 825;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode ForAll = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The names it is made for.</summary>
    public static IReadOnlyList<string> Names =>
        ["localhost", .. HostName() is { } host ? new[] { host } : [], "127.0.0.1", "::1"];

    /// <summary>Makes one in memory.</summary>
    public static X509Certificate2 Create(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Connect development", key, HashAlgorithmName.SHA256);
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        extensions.Add(
            new X509KeyUsageExtension(
                X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign,
                critical: true
            )
        );
        extensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], critical: false)
        );
        var subjectKey = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        extensions.Add(subjectKey);
        extensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(subjectKey));
        extensions.Add(SubjectNames());

        // A clock that is an hour behind ours must not find it in the future.
        var from = time.GetUtcNow().AddHours(-1);
        return request.CreateSelfSigned(from, from.AddDays(ValidDays));
    }

    /// <summary>
    /// Makes the two PEM files of a folder unless they are there and good for another month. True when they are new.
    /// </summary>
    public static bool Ensure(string certificateFile, string keyFile, TimeProvider time)
    {
        if (IsGood(certificateFile, keyFile, time))
        {
            return false;
        }

        if (Path.GetDirectoryName(certificateFile) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        using var certificate = Create(time);
        using var key = certificate.GetECDsaPrivateKey()!;
        WriteWhole(keyFile, key.ExportPkcs8PrivateKeyPem() + "\n", OwnerOnly);
        WriteWhole(certificateFile, certificate.ExportCertificatePem() + "\n", ForAll);
        return true;
    }

    private static bool IsGood(string certificateFile, string keyFile, TimeProvider time)
    {
        if (!File.Exists(certificateFile) || !File.Exists(keyFile))
        {
            return false;
        }

        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            return certificate.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime.AddDays(30);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            // Damaged, or the two do not belong together.
            return false;
        }
    }

    private static void WriteWhole(string file, string text, UnixFileMode mode)
    {
        var half = file + ".new";
        File.Delete(half);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        using (var writer = new StreamWriter(half, options))
        {
            writer.Write(text);
        }

        File.Move(half, file, overwrite: true);
    }

    private static X509Extension SubjectNames()
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in Names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(name);
            }
        }

        return names.Build();
    }

    private static string? HostName()
    {
        var host = Dns.GetHostName();
        return Uri.CheckHostName(host) == UriHostNameType.Dns && host != "localhost" ? host : null;
    }
}
