using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Logging;

namespace Connect.Gateway.Sessions;

/// <summary>What the socket side logs, events 1000 to 1999. Ids only: never a text, name or token.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(1000, LogLevel.Debug, "Session {Session} of device {Device} is open")]
    public static partial void Opened(ILogger logger, SessionId session, DeviceId device);

    [LoggerMessage(1001, LogLevel.Debug, "Session {Session} closes: {Code} {Reason}")]
    public static partial void Closing(ILogger logger, SessionId session, int code, string reason);

    [LoggerMessage(1002, LogLevel.Information, "Session {Session} broke the protocol: {Reason}")]
    public static partial void BadFrame(ILogger logger, SessionId session, string reason);

    [LoggerMessage(1003, LogLevel.Error, "A command of session {Session} failed")]
    public static partial void CommandFailed(ILogger logger, Exception exception, SessionId session);

    [LoggerMessage(1004, LogLevel.Warning, "The hello of session {Session} could not be answered")]
    public static partial void HelloFailed(ILogger logger, Exception exception, SessionId session);

    [LoggerMessage(1006, LogLevel.Error, "A push to session {Session} failed; the session is closed")]
    public static partial void PushFailed(ILogger logger, Exception exception, SessionId session);

    [LoggerMessage(1007, LogLevel.Information, "Asking {Count} sessions to go elsewhere")]
    public static partial void Draining(ILogger logger, int count);

    [LoggerMessage(1008, LogLevel.Warning, "{Count} sessions had not finished at the deadline and are cut")]
    public static partial void DrainDeadline(ILogger logger, int count);

    [LoggerMessage(1009, LogLevel.Debug, "The connection of session {Session} ended")]
    public static partial void ConnectionEnded(ILogger logger, Exception? exception, SessionId session);

    [LoggerMessage(1011, LogLevel.Information, "Session {Session} does not slow down and is closed")]
    public static partial void Hammering(ILogger logger, SessionId session);

    [LoggerMessage(
        1110,
        LogLevel.Warning,
        "Conversation {Conversation} could not be read for a sync; it is tried again"
    )]
    public static partial void PageCutShort(ILogger logger, Exception exception, ConversationId conversation);

    [LoggerMessage(1111, LogLevel.Error, "Writing to a session failed; its connection is cut")]
    public static partial void WriteFailed(ILogger logger, Exception exception);

    [LoggerMessage(1010, LogLevel.Error, "The deadline wheel failed for one session")]
    public static partial void WheelFailed(ILogger logger, Exception exception);
}
