using Connect.Contracts.Identifiers;
using Microsoft.Extensions.Logging;

namespace Connect.Accounts.Identity;

/// <summary>Log events of identity: ids only, never a name, a password or a token.</summary>
internal static partial class IdentityLog
{
    [LoggerMessage(
        1800,
        LogLevel.Warning,
        "A used refresh token of device {Device} was presented again; its chain is revoked.",
        EventName = "RefreshChainRevoked"
    )]
    public static partial void ChainRevoked(this ILogger logger, DeviceId device);

    [LoggerMessage(
        1801,
        LogLevel.Warning,
        "The external issuer's keys could not be fetched; the cached keys stay in use.",
        EventName = "IssuerKeysNotRead"
    )]
    public static partial void IssuerKeysNotRead(this ILogger logger, Exception exception);
}
