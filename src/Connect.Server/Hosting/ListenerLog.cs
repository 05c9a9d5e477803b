using System.Net.Sockets;

namespace Connect.Server.Hosting;

/// <summary>Events of the listeners.</summary>
internal static partial class ListenerLog
{
    [LoggerMessage(4090, LogLevel.Error, "The system hands over no connection ({Error}): waiting until it does")]
    public static partial void NoHandles(ILogger logger, SocketError error);
}
