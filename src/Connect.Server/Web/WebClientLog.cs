namespace Connect.Server.Web;

/// <summary>What the serving of the web client logs: event ids 4300 to 4399.</summary>
internal static partial class WebClientLog
{
    [LoggerMessage(4300, LogLevel.Information, "Serving the web client of {Folder}: {Files} files, {Bytes} bytes.")]
    public static partial void Serving(ILogger logger, string folder, int files, long bytes);

    [LoggerMessage(
        4301,
        LogLevel.Information,
        "The web client is not built, so browsers cannot chat here; everything else works. Looked for {Folder}."
    )]
    public static partial void NotBuilt(ILogger logger, string folder);

    [LoggerMessage(4302, LogLevel.Error, "The web client of {Folder} cannot be served: {Reason}")]
    public static partial void CannotServe(ILogger logger, string folder, string reason);
}
