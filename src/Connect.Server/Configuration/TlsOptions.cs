namespace Connect.Server.Configuration;

/// <summary>
/// The server's certificate. When none is named, one for development is made at first start beside the data.
/// </summary>
public sealed class TlsOptions
{
    /// <summary>PEM (the certificate first, then its chain) or PFX (<c>.pfx</c>, <c>.p12</c>).</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM private key; when absent it is looked for in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>A file that holds the password of the PFX or of an encrypted PEM key.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>
    /// The folder of the development certificate. Default: the data folder's path and <c>.tls</c>; with data in memory
    /// the certificate stays in memory, too.
    /// </summary>
    public string? DevelopmentFolder { get; set; }

    /// <summary>How often the files are looked at for a change, in seconds, 1 to 3600. Default 10.</summary>
    public int ReloadSeconds { get; set; } = 10;
}
