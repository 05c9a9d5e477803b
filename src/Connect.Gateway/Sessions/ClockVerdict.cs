namespace Connect.Gateway.Sessions;

/// <summary>What is due for a session.</summary>
internal enum ClockVerdict
{
    Nothing = 0,
    Ping,
    TokenExpiring,
    HelloMissing,
    MessageTooSlow,
    Silent,
    SlowConsumer,
    TokenExpired,

    /// <summary>The goodbye took too long: cut the connection.</summary>
    Cut,
}
