using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Logging;

namespace Connect.Delivery.Presence;

/// <summary>Log events of typing and presence on the side of the watching sessions. Ids only.</summary>
internal static partial class SignalLog
{
    [LoggerMessage(1013, LogLevel.Information, "Typing in conversation {Conversation} could not be pushed")]
    public static partial void TypingFailed(ILogger logger, Exception exception, ConversationId conversation);

    [LoggerMessage(1014, LogLevel.Warning, "The presence of watched users could not be refreshed")]
    public static partial void PresenceNotRenewed(ILogger logger, Exception exception);

    [LoggerMessage(1015, LogLevel.Warning, "Who may see the presence of {Count} users could not be read: hidden")]
    public static partial void PresenceNotChecked(ILogger logger, Exception exception, int count);
}
