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

/// <summary>
/// Why the server closes a WebSocket. 4000 to 4499: the client reconnects; 4500 to 4999: it does not before something
/// changed. Frozen: a number is never changed or used again.
/// </summary>
public enum CloseCode
{
    /// <summary>No code of ours; never on the wire.</summary>
    None = 0,

    /// <summary>The server stops or sheds this session; a <c>go_away</c> frame came before it.</summary>
    GoingAway = 4001,

    /// <summary>The client read too slowly even for hints.</summary>
    SlowConsumer = 4002,

    /// <summary>No byte came for 1.5 ping intervals and 5 s.</summary>
    PingTimeout = 4003,

    /// <summary>The token ran out and <c>auth</c> brought no new one.</summary>
    TokenExpired = 4004,

    /// <summary>The server has no room for this session now.</summary>
    Overloaded = 4005,

    /// <summary>The client broke the protocol; an <c>err</c> frame that says how came before it.</summary>
    BadProtocol = 4500,

    /// <summary>The token is not valid: log in again.</summary>
    Unauthenticated = 4501,

    /// <summary>The account is disabled or deleted.</summary>
    AccountDisabled = 4502,

    /// <summary>This version of the client is no longer served.</summary>
    UpgradeRequired = 4503,

    /// <summary>The user has too many devices connected.</summary>
    TooManyDevices = 4504,

    /// <summary>The same device connected again: only the newest session of a device lives.</summary>
    ReplacedBySameDevice = 4505,
}
