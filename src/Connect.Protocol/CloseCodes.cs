namespace Connect.Protocol;

/// <summary>Names and meaning of close codes.</summary>
public static class CloseCodes
{
    /// <summary>The name of a close code, used as the close reason, such as <c>slow_consumer</c>.</summary>
    public static string Name(this CloseCode code) =>
        code switch
        {
            CloseCode.GoingAway => "going_away",
            CloseCode.SlowConsumer => "slow_consumer",
            CloseCode.PingTimeout => "ping_timeout",
            CloseCode.TokenExpired => "token_expired",
            CloseCode.Overloaded => "overloaded",
            CloseCode.BadProtocol => "bad_protocol",
            CloseCode.Unauthenticated => "unauthenticated",
            CloseCode.AccountDisabled => "account_disabled",
            CloseCode.UpgradeRequired => "upgrade_required",
            CloseCode.TooManyDevices => "too_many_devices",
            CloseCode.ReplacedBySameDevice => "replaced_by_same_device",
            _ => "",
        };

    /// <summary>
    /// Whether a client reconnects after a WebSocket closed with this code. Everything outside 4500 to 4999 is a
    /// fault of the way or a wish of the server, so the client tries for ever.
    /// </summary>
    public static bool ShouldReconnect(int closeCode) => closeCode is < 4500 or > 4999;

    /// <inheritdoc cref="ShouldReconnect(int)"/>
    public static bool ShouldReconnect(this CloseCode code) => ShouldReconnect((int)code);
}
