namespace Connect.Gateway.Connections.Proxy;

/// <summary>How far a header has come.</summary>
internal enum ProxyHeaderStatus
{
    /// <summary>So far it is one.</summary>
    Incomplete,

    Complete,

    /// <summary>It is none, or one that is not allowed.</summary>
    Malformed,
}
