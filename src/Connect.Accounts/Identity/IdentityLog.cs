using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Logging;

namespace Connect.Accounts.Identity;

/// <summary>The events of identity; ids alone, never a name, a password or a token.</summary>
internal static partial class IdentityLog
{
    [LoggerMessage(
        1800,
        LogLevel.Warning,
        "A used refresh token of device {Device} came again: its chain is revoked.",
        EventName = "RefreshChainRevoked"
    )]
    public static partial void ChainRevoked(this ILogger logger, DeviceId device);

    [LoggerMessage(
        1801,
        LogLevel.Warning,
        "The keys of the outside issuer could not be read; those known serve on.",
        EventName = "IssuerKeysNotRead"
    )]
    public static partial void IssuerKeysNotRead(this ILogger logger, Exception exception);
}
