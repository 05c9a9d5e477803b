namespace Connect.Cli.States;

/// <summary>Which server a state folder belongs to.</summary>
/// <param name="Url">Its socket, such as <c>wss://chat.example/v1/connect</c>.</param>
/// <param name="Ca">The certificates to trust; null = the system's.</param>
/// <param name="Username">Who logged in last; empty = nobody yet.</param>
internal sealed record ServerAddress(string Url, string? Ca, string Username)
{
    /// <summary>The socket of a server that was named by its web address, its host, or the socket itself.</summary>
    public static string ToSocketUrl(string text)
    {
        var withScheme = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        if (!Uri.TryCreate(withScheme, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "wss"))
        {
            throw new FormatException($"{text} is not the address of a server: it begins with https://.");
        }

        var path = url.AbsolutePath is "/" or "" ? "/v1/connect" : url.AbsolutePath;
        return new UriBuilder("wss", url.Host, url.Port, path).Uri.AbsoluteUri;
    }
}
