using System.Net.Sockets;

namespace Connect.Server.Control;

/// <summary>What the control socket logs: event ids 4200 to 4299.</summary>
internal static partial class ControlLog
{
    [LoggerMessage(
        4200,
        LogLevel.Warning,
        "{Path} is too long a name for a socket: `connect-server backup` will not work while this node runs."
    )]
    public static partial void TooLong(ILogger logger, string path);

    [LoggerMessage(4201, LogLevel.Warning, "A connection to the control socket by another user was closed.")]
    public static partial void Untrusted(ILogger logger);

    [LoggerMessage(4202, LogLevel.Information, "A checkpoint for a backup was made: {Folder}.")]
    public static partial void Made(ILogger logger, string folder);

    [LoggerMessage(4203, LogLevel.Information, "The checkpoint {Folder} was deleted.")]
    public static partial void Deleted(ILogger logger, string folder);

    [LoggerMessage(4204, LogLevel.Warning, "A request on the control socket failed.")]
    public static partial void RequestFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        4205,
        LogLevel.Error,
        "The control socket cannot be opened: `connect-server backup` will not work while this node runs."
    )]
    public static partial void NotOpened(ILogger logger, Exception exception);

    [LoggerMessage(
        4207,
        LogLevel.Error,
        "The control socket takes no connection ({Error}): waiting until it does. `connect-server backup` waits too."
    )]
    public static partial void NotAccepted(ILogger logger, SocketError error);

    [LoggerMessage(4206, LogLevel.Warning, "The control socket could not be deleted.")]
    public static partial void NotDeleted(ILogger logger, Exception exception);
}
