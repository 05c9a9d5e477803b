using System.Net.Security;
using System.Security.Cryptography;
using Connect.Server.Configuration;

namespace Connect.Server.Tls;

/// <summary>
/// The certificate in force. Its files are looked at every few seconds (watching a folder misses the symbolic links
/// that container platforms swap); a new one is used for the next handshake, a bad one is not and the old one stays.
/// </summary>
internal sealed partial class ServerCertificate : BackgroundService
{
    private readonly TlsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ServerCertificate> _logger;
    private readonly CertificateFiles? _files;
    private volatile SslStreamCertificateContext _current;
    private string _fingerprint = "";

    public ServerCertificate(ServerOptions options, TimeProvider time, ILogger<ServerCertificate> logger)
    {
        _options = options.Tls;
        _time = time;
        _logger = logger;
        _files = ChooseFiles(options);
        if (_files is null)
        {
            LogInMemory();
            _current = SslStreamCertificateContext.Create(DevelopmentCertificate.Create(time), null, offline: true);
        }
        else
        {
            _fingerprint = _files.Fingerprint();
            _current = Load(_files);
        }
    }

    /// <summary>One context for all connections: with it goes the session cache that makes resumption work.</summary>
    public SslStreamCertificateContext Current => _current;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_files is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(_options.ReloadSeconds), _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            ReloadIfChanged(_files);
        }
    }

    private static SslStreamCertificateContext Load(CertificateFiles files)
    {
        try
        {
            return files.Load();
        }
        catch (Exception exception) when (exception is CryptographicException or IOException)
        {
            throw new SettingsException([$"Tls:CertificateFile: {files.Certificate}: {exception.Message}"]);
        }
    }

    private CertificateFiles? ChooseFiles(ServerOptions options)
    {
        if (_options.CertificateFile is { } configured)
        {
            return new(configured, _options.KeyFile, _options.PasswordFile);
        }

        var folder = _options.DevelopmentFolder ?? (options.IsInMemory ? null : options.DataPath + ".tls");
        if (folder is null)
        {
            return null;
        }

        var certificate = Path.Combine(Path.GetFullPath(folder), "cert.pem");
        var key = Path.Combine(Path.GetFullPath(folder), "key.pem");
        if (DevelopmentCertificate.Ensure(certificate, key, _time))
        {
            LogMade(certificate, string.Join(", ", DevelopmentCertificate.Names));
        }

        LogDevelopment(certificate);
        return new(certificate, key, null);
    }

    private void ReloadIfChanged(CertificateFiles files)
    {
        try
        {
            var fingerprint = files.Fingerprint();
            if (fingerprint == _fingerprint)
            {
                return;
            }

            // Set first, so that a bad file is told once and not at every look.
            _fingerprint = fingerprint;
            _current = files.Load();
            LogReloaded(files.Certificate, _current.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (Exception exception)
            when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // The old one may still be held by handshakes under way; it is left to the garbage collector.
            LogKept(files.Certificate, exception.Message);
        }
    }

    [LoggerMessage(4100, LogLevel.Information, "Made a development certificate at {File} for {Names}.")]
    private partial void LogMade(string file, string names);

    [LoggerMessage(
        4101,
        LogLevel.Information,
        "TLS uses the development certificate {File}. Give it to clients to trust, for instance curl --cacert {File}; "
            + "set Tls:CertificateFile to use your own."
    )]
    private partial void LogDevelopment(string file);

    [LoggerMessage(4102, LogLevel.Information, "TLS uses a development certificate that is gone with this process.")]
    private partial void LogInMemory();

    [LoggerMessage(4103, LogLevel.Information, "Took the new certificate {File}, valid until {NotAfter:O}.")]
    private partial void LogReloaded(string file, DateTime notAfter);

    [LoggerMessage(4104, LogLevel.Error, "The changed certificate {File} cannot be used, the old one stays: {Reason}")]
    private partial void LogKept(string file, string reason);
}
