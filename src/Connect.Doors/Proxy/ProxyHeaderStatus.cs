namespace Connect.Doors.Proxy;

/// <summary>How far a header has come.</summary>
public enum ProxyHeaderStatus
{
    /// <summary>So far it is one.</summary>
    Incomplete,

    Complete,

    /// <summary>It is none, or one that is not allowed.</summary>
    Malformed,
}
