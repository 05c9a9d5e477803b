namespace Connect.Cli.States;

/// <summary>The server of a user.</summary>
/// <param name="Url">Its WebSocket address, such as <c>wss://chat.example/v1/connect</c>.</param>
/// <param name="Ca">A file of certificates to trust; null = the system's.</param>
internal sealed record ServerAddress(string Url, string? Ca)
{
    /// <summary>The socket of a server given by web address, host, or socket.</summary>
    /// <exception cref="FormatException">It is none of these, or has no TLS.</exception>
    public static string ToSocketUrl(string text)
    {
        var withScheme = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        if (!Uri.TryCreate(withScheme, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "wss"))
        {
            throw new FormatException($"{text} is not a server address: use one that starts with https://.");
        }

        var path = url.AbsolutePath is "/" or "" ? "/v1/connect" : url.AbsolutePath;
        return new UriBuilder("wss", url.Host, url.Port, path).Uri.AbsoluteUri;
    }
}
