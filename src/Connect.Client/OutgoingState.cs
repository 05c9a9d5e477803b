namespace Connect.Client;

/// <summary>How far an outgoing message has come.</summary>
public enum OutgoingState
{
    /// <summary>In the outbox, waiting for a connection or for its turn.</summary>
    Queued,

    /// <summary>Transmitted, not yet answered. It may arrive: it can no longer be discarded.</summary>
    Sending,

    /// <summary>Committed.</summary>
    Sent,

    /// <summary>Refused for good, or discarded.</summary>
    Failed,
}
