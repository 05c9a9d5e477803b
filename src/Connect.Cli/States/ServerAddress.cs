using Connect.Cli.Commands;

namespace Connect.Cli.States;

/// <summary>Where a user is known.</summary>
/// <param name="Url">Its socket, such as <c>wss://chat.example/v1/connect</c>.</param>
/// <param name="Ca">The certificates to trust; null = the system's.</param>
internal sealed record ServerAddress(string Url, string? Ca)
{
    /// <summary>The socket of a server that was named by its web address, its host, or the socket itself.</summary>
    public static string ToSocketUrl(string text)
    {
        var withScheme = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        if (!Uri.TryCreate(withScheme, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "wss"))
        {
            throw new CommandException(
                ExitCode.Usage,
                $"{text} is not the address of a server: it begins with https://."
            );
        }

        var path = url.AbsolutePath is "/" or "" ? "/v1/connect" : url.AbsolutePath;
        return new UriBuilder("wss", url.Host, url.Port, path).Uri.AbsoluteUri;
    }
}
