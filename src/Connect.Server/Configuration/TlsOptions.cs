using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Connect.Server.Configuration;

/// <summary>
/// The server's certificate. When none is named, one for development is made at first start beside the data.
/// </summary>
public sealed class TlsOptions
{
    [Description(
        "PEM (the certificate first, then its chain) or PFX (`.pfx`, `.p12`). When not set: a development "
            + "certificate."
    )]
    [ExistingFile]
    public string? CertificateFile { get; set; }

    [Description("PEM private key. When not set: it is in the certificate file.")]
    [ExistingFile]
    public string? KeyFile { get; set; }

    [Description("A file with the password of the PFX or of an encrypted PEM key.")]
    [ExistingFile]
    public string? PasswordFile { get; set; }

    [Description(
        "The folder of the development certificate. When not set: the data folder's path and `.tls`, or, "
            + "with data in memory, no folder at all."
    )]
    public string? DevelopmentFolder { get; set; }

    [Description("How often the certificate files are looked at for a change.")]
    [Range(1, 3_600)]
    public int ReloadSeconds { get; set; } = 10;
}
