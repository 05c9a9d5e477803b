namespace Connect.Gateway.Sessions;

/// <summary>How far a session got; it only moves on.</summary>
internal enum SessionStage
{
    /// <summary>Connected; the first frame has not come.</summary>
    AwaitingHello = 0,

    /// <summary>The token is being checked.</summary>
    Greeting = 1,

    /// <summary>Known and reachable.</summary>
    Open = 2,

    /// <summary>Saying goodbye: the route is gone, what waits is written.</summary>
    Closing = 3,

    /// <summary>The connection is gone.</summary>
    Ended = 4,
}
