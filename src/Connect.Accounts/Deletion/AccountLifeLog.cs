using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Logging;

namespace Connect.Accounts.Deletion;

/// <summary>The events of accounts that end.</summary>
internal static partial class AccountLifeLog
{
    [LoggerMessage(
        1810,
        LogLevel.Information,
        "The deletion of user {User} was begun: their logins are over.",
        EventName = "DeletionBegun"
    )]
    public static partial void DeletionBegun(this ILogger logger, UserId user);

    [LoggerMessage(
        1811,
        LogLevel.Information,
        "User {User} is deleted and their key destroyed.",
        EventName = "AccountDeleted"
    )]
    public static partial void AccountDeleted(this ILogger logger, UserId user);

    [LoggerMessage(
        1812,
        LogLevel.Warning,
        "A deletion did not get on and is tried again.",
        EventName = "DeletionFailed"
    )]
    public static partial void DeletionFailed(this ILogger logger, Exception exception);
}
