using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Connect.Server.Configuration;
using Connect.Server.Tls;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Hosting;

/// <summary>Certificate files that are replaced while the node runs, in part, badly or not at all.</summary>
public sealed class ServerCertificateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("connect-certificate-");
    private readonly FakeLogger<ServerCertificate> _log = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_certificate_without_its_key_is_told_once_and_the_old_one_stays(bool isRsa, bool wasRsa)
    {
        var first = Write(wasRsa);
        using var certificate = Start();
        Write(isRsa, withKey: false);
        for (var look = 0; look < 3; look++)
        {
            certificate.Look();
        }

        Assert.Equal(first, certificate.Current.TargetCertificate.Thumbprint);
        Assert.Equal([4104], Told());

        // The key comes after its certificate, as when two files are copied.
        var second = Write(isRsa);
        certificate.Look();
        Assert.Equal(second, certificate.Current.TargetCertificate.Thumbprint);
        Assert.Equal([4104, 4103], Told());
    }

    [Theory]
    [InlineData("")]
    [InlineData("half a certif")]
    [InlineData("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void Whatever_the_file_holds_the_old_one_stays_and_it_is_told_once(string content)
    {
        var first = Write(isRsa: false);
        using var certificate = Start();
        foreach (var file in new[] { CertificateFile, KeyFile })
        {
            var before = File.ReadAllText(file);
            File.WriteAllText(file, content);
            certificate.Look();
            certificate.Look();
            File.WriteAllText(file, before);
            certificate.Look();
        }

        Assert.Equal(first, certificate.Current.TargetCertificate.Thumbprint);
        Assert.Equal([4104, 4103, 4104, 4103], Told());
    }

    [Fact]
    public void Files_that_are_gone_are_told_once()
    {
        var first = Write(isRsa: false);
        using var certificate = Start();
        File.Delete(KeyFile);
        for (var look = 0; look < 3; look++)
        {
            certificate.Look();
        }

        Assert.Equal(first, certificate.Current.TargetCertificate.Thumbprint);
        Assert.Equal([4104], Told());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void At_a_start_a_pair_that_does_not_fit_is_a_setting_that_is_wrong(bool isRsa)
    {
        Write(isRsa);
        Write(isRsa, withKey: false);
        var problem = Assert.Throws<SettingsException>(() => ServerCertificate.Check(Options.Tls));
        Assert.Equal(
            $"Tls:CertificateFile: {CertificateFile}: the key in Tls:KeyFile is not that of the certificate.",
            Assert.Single(problem.Problems)
        );
        Assert.Throws<SettingsException>(() => Start());
    }

    [Fact]
    public void A_pair_that_fits_is_taken_with_its_chain()
    {
        Write(isRsa: true);
        File.AppendAllText(CertificateFile, Make(isRsa: false).ExportCertificatePem());
        ServerCertificate.Check(Options.Tls);
        using var certificate = Start();
        Assert.Empty(Told());
    }

    private string CertificateFile => Path.Combine(_folder.FullName, "cert.pem");

    private string KeyFile => Path.Combine(_folder.FullName, "key.pem");

    private ServerOptions Options => new() { Tls = { CertificateFile = CertificateFile, KeyFile = KeyFile } };

    private ServerCertificate Start() => new(Options, new FakeTimeProvider(), _log);

    private IEnumerable<int> Told() => _log.Collector.GetSnapshot().Select(each => each.Id.Id);

    private string Write(bool isRsa, bool withKey = true)
    {
        using var certificate = Make(isRsa);
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem() + "\n");
        if (withKey)
        {
            AsymmetricAlgorithm key = isRsa ? certificate.GetRSAPrivateKey()! : certificate.GetECDsaPrivateKey()!;
            File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        }

        return certificate.Thumbprint;
    }

    private static X509Certificate2 Make(bool isRsa)
    {
        var from = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        if (isRsa)
        {
            using var rsa = RSA.Create(2048);
            var request = new CertificateRequest("CN=rsa", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return request.CreateSelfSigned(from, from.AddDays(90));
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=ec", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, from.AddDays(90));
    }
}
