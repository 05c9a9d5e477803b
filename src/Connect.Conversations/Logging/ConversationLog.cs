using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Microsoft.Extensions.Logging;

namespace Connect.Conversations.Logging;

/// <summary>Log events of conversations. Ids only: never a text, a name or a title.</summary>
internal static partial class ConversationLog
{
    [LoggerMessage(1005, LogLevel.Warning, "The outcome of an append to conversation {Conversation} is unknown")]
    public static partial void AppendUnknown(ILogger logger, Exception exception, ConversationId conversation);

    [LoggerMessage(
        2012,
        LogLevel.Warning,
        "Could not look up the recipient of a message to conversation {Conversation}"
    )]
    public static partial void PeerUnknown(ILogger logger, Exception exception, ConversationId conversation);

    [LoggerMessage(1021, LogLevel.Warning, "Could not push the marks of an accepted request in {Conversation}")]
    public static partial void MarksUntold(ILogger logger, Exception exception, ConversationId conversation);

    [LoggerMessage(2000, LogLevel.Information, "Conversation {Conversation}: fenced by another writer")]
    public static partial void Fenced(ILogger logger, ConversationId conversation);

    [LoggerMessage(2001, LogLevel.Warning, "Conversation {Conversation}: outcome of a commit unknown, claiming")]
    public static partial void CommitUnknown(ILogger logger, ConversationId conversation, Exception exception);

    [LoggerMessage(2002, LogLevel.Warning, "Conversation {Conversation}: recovery attempt {Attempt} failed")]
    public static partial void RecoveryAttemptFailed(
        ILogger logger,
        ConversationId conversation,
        int attempt,
        Exception exception
    );

    [LoggerMessage(2003, LogLevel.Error, "Conversation {Conversation}: the store did not answer, recovery given up")]
    public static partial void RecoveryGivenUp(ILogger logger, ConversationId conversation);

    [LoggerMessage(2004, LogLevel.Information, "Conversation {Conversation}: recovered at head {Head}")]
    public static partial void Recovered(ILogger logger, ConversationId conversation, long head);

    [LoggerMessage(2005, LogLevel.Warning, "Conversation {Conversation}: an append batch failed")]
    public static partial void BatchFailed(ILogger logger, ConversationId conversation, Exception exception);

    [LoggerMessage(2006, LogLevel.Warning, "Conversation {Conversation}: the store takes no writes ({Status})")]
    public static partial void NotWritten(ILogger logger, ConversationId conversation, CommitStatus status);

    [LoggerMessage(2007, LogLevel.Error, "Conversation {Conversation}: publishing failed")]
    public static partial void PublishFailed(ILogger logger, ConversationId conversation, Exception exception);

    [LoggerMessage(2008, LogLevel.Error, "Conversation {Conversation}: an append batch found no decision")]
    public static partial void BatchUndecided(ILogger logger, ConversationId conversation);

    [LoggerMessage(
        2009,
        LogLevel.Warning,
        "Conversation {Conversation}: could not delete an index row, left it to the sweep"
    )]
    public static partial void IndexRowLeft(ILogger logger, ConversationId conversation, Exception exception);

    [LoggerMessage(2010, LogLevel.Information, "Conversation {Conversation}: deleted an index row without membership")]
    public static partial void IndexRowSwept(ILogger logger, ConversationId conversation);

    [LoggerMessage(
        2050,
        LogLevel.Debug,
        "{Ended} conversations that nobody wrote to lately are no longer held; {Left} are, {Mebibytes} MiB"
    )]
    public static partial void WritersEnded(ILogger logger, int ended, int left, long mebibytes);

    [LoggerMessage(2011, LogLevel.Warning, "A step of the index row sweep failed; the sweep continues")]
    public static partial void SweepFailed(ILogger logger, Exception exception);

    [LoggerMessage(2013, LogLevel.Warning, "Memberships could not be read, so marks were not raised")]
    public static partial void MarksUnread(ILogger logger, Exception exception);

    [LoggerMessage(2014, LogLevel.Warning, "Updating the order of conversation lists failed; it is tried again")]
    public static partial void OrderFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        2016,
        LogLevel.Warning,
        "Conversation {Conversation}: the index row sweep passes over it; it is tried again, but not logged again"
    )]
    public static partial void IndexRowPassedOver(ILogger logger, ConversationId conversation, Exception exception);

    [LoggerMessage(2015, LogLevel.Warning, "Conversation {Conversation}: could not end an invite")]
    public static partial void InviteNotEnded(ILogger logger, ConversationId conversation, Exception exception);
}
