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
    private readonly Lock _looking = new();
    private volatile SslStreamCertificateContext _current;
    private string _fingerprint = "";
    private string? _unread;

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
            (_fingerprint, _current) = Load(_files);
        }
    }

    /// <summary>One context for all connections: with it goes the session cache that makes resumption work.</summary>
    public SslStreamCertificateContext Current => _current;

    /// <summary>Looks whether the certificate that the settings name can be used.</summary>
    /// <exception cref="SettingsException">It cannot.</exception>
    public static void Check(TlsOptions options)
    {
        if (Configured(options) is { } files)
        {
            Load(files);
        }
    }

    /// <summary>Takes changed files into use now. Never throws for what they hold.</summary>
    public void Look()
    {
        if (_files is not null)
        {
            lock (_looking)
            {
                ReloadIfChanged(_files);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_files is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(_options.ReloadSeconds), _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }

    private static (string Fingerprint, SslStreamCertificateContext Context) Load(CertificateFiles files)
    {
        try
        {
            var content = files.Read();
            return (content.Fingerprint(), content.Load());
        }
        catch (Exception exception)
            when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"Tls:CertificateFile: {files.Certificate}: {exception.Message}"]);
        }
    }

    private static CertificateFiles? Configured(TlsOptions options) =>
        options.CertificateFile is { } configured ? new(configured, options.KeyFile, options.PasswordFile) : null;

    private CertificateFiles? ChooseFiles(ServerOptions options)
    {
        if (Configured(_options) is { } configured)
        {
            return configured;
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
            var content = files.Read();
            _unread = null;
            var fingerprint = content.Fingerprint();
            if (fingerprint == _fingerprint)
            {
                return;
            }

            // Set first, so that a bad file is told once and not at every look.
            _fingerprint = fingerprint;

            // The old one may still be held by handshakes under way; it is left to the garbage collector.
            _current = content.Load();
            LogReloaded(files.Certificate, _current.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (CryptographicException exception)
        {
            LogKept(files.Certificate, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (_unread != exception.Message)
            {
                _unread = exception.Message;
                LogKept(files.Certificate, exception.Message);
            }
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
