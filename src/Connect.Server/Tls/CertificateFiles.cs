namespace Connect.Server.Tls;

/// <summary>The files of a certificate: PEM or PFX.</summary>
internal sealed record CertificateFiles(string Certificate, string? Key, string? Password)
{
    private bool IsPfx => Path.GetExtension(Certificate).ToUpperInvariant() is ".PFX" or ".P12";

    /// <summary>Reads the files, each of them once: a file may be replaced between two looks at it.</summary>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">One of them may not be read.</exception>
    public CertificateContent Read() => new(IsPfx, File.ReadAllBytes(Certificate), ReadAll(Key), ReadAll(Password));

    private static byte[]? ReadAll(string? file) => file is null ? null : File.ReadAllBytes(file);
}
