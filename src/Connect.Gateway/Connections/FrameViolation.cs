namespace Connect.Gateway.Connections;

/// <summary>How a client broke the limits of WebSocket framing.</summary>
internal enum FrameViolation
{
    None = 0,

    /// <summary>A frame announces, or a message adds up to, more bytes than are allowed.</summary>
    TooManyBytes,

    /// <summary>A message comes in too many fragments.</summary>
    TooManyFragments,
}
